"""What two texts share, what was changed, and what every form shares and does not count."""

from __future__ import annotations

from nlp.review.compare import compare, passages
from nlp.review.sketch import bands
from nlp.text.normalize import normalize
from nlp.text.tokens import tokens

REPORT = (
    "در پاییز ۱۴۰۲ برای ۱۲۰ خانوادهٔ زندانی بستهٔ خوراک فراهم شد.\n"
    "کارگاه خیاطی با ۱۴ چرخ در محلهٔ پامنار به راه افتاد و ۳۲ زن در آن مزد می‌گیرند.\n"
    "وکیل‌های داوطلب هر دوشنبه در دفتر انجمن به پرسش‌های حقوقی مردم پاسخ می‌دهند.\n"
    "نوجوان‌های محله در زمین بازسازی‌شده تمرین کشتی می‌کنند."
)


def sketch(text: str) -> set[int]:
    return set(bands(list(tokens(normalize(text).text))))


def test_a_text_is_wholly_in_itself_however_it_is_typed() -> None:
    other = REPORT.replace("ی", "ي").replace("ک", "ك").replace("\u200c", " ")
    found = compare(passages(REPORT), passages(other))
    assert found.share > 0.9
    assert found.numbers == 1.0
    assert found.changed == ()


def test_changed_figures_are_named_with_the_sentences_they_stand_in() -> None:
    found = compare(passages(REPORT), passages(REPORT.replace("۱۲۰", "۲۱۰").replace("۳۲", "۴۵").replace("۱۴۰۲", "۱۴۰۳")))
    assert found.share == 1.0
    assert found.changed == (("1402", "1403"), ("120", "210"), ("32", "45"))
    left, right = found.aligned[1].left, found.aligned[1].right
    assert REPORT[left.start : left.end] == left.text
    assert "۴۵" in right.text


def test_a_part_is_wholly_in_the_whole_and_the_order_does_not_matter() -> None:
    lines = REPORT.split("\n")
    part = "\n".join([lines[2], lines[0]])
    found = compare(passages(part), passages(REPORT))
    assert found.share == 1.0
    assert len(found.aligned) == 2
    assert compare(passages(REPORT), passages(part)).share == 1.0


def test_labels_of_a_form_and_lines_of_a_word_or_two_do_not_count() -> None:
    form = "نام سازمان: {}\nتاریخ شروع: ۱۴۰۲/۰۱/۰۳\nشرح اقدامات: {}\nدبیر انجمن"
    left = form.format("انجمن پرستو", "دیوار مدرسه‌ای در روستای بالا رنگ شد و کتابخانه‌ای در آن برپا شد")
    right = form.format("انجمن پرستو", "برای سالمندان تنها هفته‌ای دو بار غذای گرم به خانه برده شد")
    assert compare(passages(left), passages(right)).share == 0.0


def test_a_text_of_short_lines_alone_is_still_compared() -> None:
    assert compare(passages("۱۲ نفر\nسه جلسه"), passages("۱۲ نفر\nسه جلسه")).share == 1.0
    assert passages("") == []
    assert compare([], passages(REPORT)).share == 0.0


def test_copies_meet_in_a_band_and_other_texts_do_not() -> None:
    lines = REPORT.split("\n")
    assert sketch(REPORT) & sketch("\n".join(lines[:2]))
    assert sketch(REPORT) & sketch(REPORT.replace("۱۲۰", "۹۰"))
    assert not sketch(REPORT) & sketch("جنگل‌های بلوط زاگرس از آتش در امان ماند؛ همیاران روستا آتش‌بر کندند و نهال کاشتند.")
    assert sketch("") == set()
