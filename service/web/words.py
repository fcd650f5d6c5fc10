"""What pages say for the closed lists of the interface."""

from __future__ import annotations

from collections.abc import Mapping

QUEUE: Mapping[str, tuple[str, str]] = {
    "conflicting": ("نظرهای متضاد", "بازبینان درباره آن یک‌سخن نیستند، یا با گزارش تکراری خود نمی‌خواند."),
    "possible_duplicate": ("شاید تکراری", "گزارشی بسیار شبیه به این پیش‌تر ثبت شده است."),
    "uncertain": ("ماشین مطمئن نیست", "احتمال دست‌کم یک حوزه نزدیک مرز پذیرش است، یا حوزه‌ای پیدا نشد."),
    "poor_text": ("متن ناقص", "متن آسیب دیده، کوتاه یا بریده است."),
    "random_audit": ("نمونه تصادفی", "ماشین مطمئن بود؛ به قرعه برگزیده شد تا دقت آن سنجیده شود."),
}
REASONS: Mapping[str, str] = {
    "low_confidence": "ماشین درباره حوزه‌های این گزارش مطمئن نیست؛ هیچ حوزه‌ای احتمال کافی نگرفت تا بی‌تردید پذیرفته شود.",
    "near_threshold": "احتمال دست‌کم یک حوزه نزدیک مرز پذیرش است؛ با اندکی تفاوت در متن، نتیجه می‌توانست دیگر باشد.",
    "out_of_scope": "هیچ حوزه‌ای به این گزارش نسبت داده نشد؛ شاید موضوع آن بیرون از حوزه‌های پیشگیری باشد.",
    "possible_duplicate": "گزارشی بسیار شبیه به این پیش‌تر ثبت شده است؛ ببینید تکراری نباشد.",
    "poor_text_quality": "متن آسیب دیده و همه آن تعمیرپذیر نبود؛ شاید نتیجه درست نباشد. اصل فایل را ببینید.",
    "too_short": "متن کمتر از ۸ واژه دارد و برای داوری کافی نیست.",
    "truncated": "متن پیش از رسیدن به سامانه بریده شده است؛ دنباله گزارش دیده نشده.",
    "language": "کمتر از نیمی از حروف متن به خط فارسی است؛ متن تحلیل شد، ولی به نتیجه تکیه نکنید.",
}
QUALITY: Mapping[str, str] = {
    "arabic_letters": "حروف عربی «ي» و «ك» به جای «ی» و «ک»",
    "half_space_lost": "نیم‌فاصله‌های ازدست‌رفته، مانند «میتواند»",
    "presentation_forms": "شکل‌های نمایشی حروف، از تبدیل PDF",
    "reversed": "واژه‌های وارونه",
    "mojibake": "نویسه‌های درهم‌ریخته از کدگذاری نادرست",
    "line_breaks": "شکست سطر در میان جمله‌ها",
    "kashida": "کشیده (ـ) در میان واژه‌ها",
    "diacritics": "اِعراب و نشانه‌های روی حروف",
    "bidi_controls": "نویسه‌های پنهان جهت متن",
    "not_persian": "بخش‌هایی که فارسی نیست",
}
KINDS: Mapping[str, str] = {
    "people": "افراد",
    "households": "خانوار",
    "events": "رویداد",
    "hours": "ساعت",
    "money": "مبلغ",
    "items": "قلم",
    "places": "مکان",
    "cases": "پرونده",
    "jobs": "شغل",
    "area": "مساحت",
    "share": "سهم",
}
QUALIFIERS: Mapping[str, str] = {"about": "حدود", "at_least": "دست‌کم", "at_most": "حداکثر"}
PLANS: Mapping[str, str] = {"planned": "برنامه", "not_done": "انجام‌نشده"}
STATUS: Mapping[str, str] = {
    "pending": "در انتظار بازبین",
    "accepted": "پذیرفته",
    "corrected": "اصلاح‌شده",
    "rejected": "ردشده",
}
VERDICTS: Mapping[str, str] = {"accept": "پذیرفت", "correct": "اصلاح کرد", "reject": "رد کرد"}
SAVED: Mapping[str, str] = {"accept": "پذیرفته شد", "correct": "اصلاح شد", "reject": "رد شد"}
JOB_STATE: Mapping[str, str] = {
    "queued": "در نوبت",
    "running": "در حال انجام",
    "done": "پایان یافت",
    "failed": "ناتمام ماند",
    "cancelled": "لغو شد",
}
ROLES: Mapping[str, str] = {"submitter": "سمن", "reviewer": "بازبین", "analyst": "تحلیلگر", "admin": "مدیر"}
SCOPES: Mapping[str, str] = {
    "read": "خواندن",
    "submit": "ثبت گزارش",
    "review": "بازبینی",
    "export": "گرفتن خروجی",
    "admin": "مدیریت",
}
DUPLICATES: Mapping[str, str] = {
    "exact": "همان متن",
    "near": "بخش بزرگی از متن یکی است",
    "semantic": "همان کار به واژه‌های دیگر",
}
FLAGS: Mapping[str, str] = {
    "other_date": "تاریخ دیگر",
    "other_place": "جای دیگر",
    "other_ngo": "سمن دیگر",
    "numbers_changed": "عددهای دیگر",
}
FINDINGS: Mapping[str, str] = {"repeated": "یک عدد، دو بار گفته شده", "contradiction": "دو عدد ناسازگار"}
CHANGED: Mapping[str, str] = {
    "title": "عنوان",
    "text": "متن",
    "ngo": "سمن",
    "province": "استان",
    "city": "شهر",
    "period": "دوره",
    "extra": "ستون‌های دیگر",
    "analysis": "تحلیل ماشین",
    "domains": "حوزه‌ها",
    "summary": "خلاصه",
    "status": "وضعیت",
    "review": "رأی بازبین",
}
FACETS: Mapping[str, str] = {"activities": "فعالیت‌ها", "target_groups": "گروه‌های هدف"}
MODES: Mapping[str, str] = {"hybrid": "معنا و واژه", "dense": "معنا", "lexical": "واژه"}
ACTIONS: Mapping[str, str] = {
    "report.create": "ثبت گزارش",
    "report.change": "تغییر گزارش",
    "report.review": "رأی بر گزارش",
    "report.delete": "حذف گزارش",
    "report.read": "دیدن گزارش",
    "queue.claim": "گرفتن از صف",
    "queue.release": "پس دادن به صف",
    "duplicate.judge": "داوری درباره تکرار",
    "ngo.merge": "یکی کردن دو سمن",
    "ngo.read": "دیدن سمن",
    "user.create": "افزودن کاربر",
    "user.change": "تغییر کاربر",
    "key.create": "ساختن کلید",
    "key.revoke": "باطل کردن کلید",
    "login.ok": "ورود",
    "login.failed": "ورود ناموفق",
    "login.end": "خروج",
    "model.promote": "به‌کارگیری مدل",
    "model.rollback": "بازگشت به مدل پیشین",
    "export": "گرفتن خروجی",
    "taxonomy.migrate": "تغییر رده‌بندی",
    "backup": "پشتیبان‌گیری",
    "restore": "بازگرداندن پشتیبان",
}
