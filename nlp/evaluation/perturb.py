"""How text arrives in practice, made on purpose: each perturbation changes the form of a report and not what it is about.

Rates are fixed and every choice is drawn from a generator seeded with the perturbation's name and the text itself, so the same
text is always damaged in the same way. The tables are our own.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

HALF_SPACE = "\u200c"
_LETTER = re.compile("[آ-ی]")
_ARABIC_FORMS = str.maketrans("یک۰۱۲۳۴۵۶۷۸۹", "يك٠١٢٣٤٥٦٧٨٩")
_HARAKAT = "\u064e\u0650\u064f\u0651\u0652"
DIACRITICS_RATE = 0.15

# What a recognizer confuses in printed Persian: dots, teeth and loops.
LOOK_ALIKES: Mapping[str, str] = {
    "ب": "پتن", "پ": "بی", "ت": "ثبن", "ث": "تش", "ج": "چحخ", "چ": "جخ", "ح": "جخ", "خ": "حج", "د": "ذر", "ذ": "دز",
    "ر": "زو", "ز": "رژ", "ژ": "زر", "س": "ش", "ش": "س", "ص": "ض", "ض": "ص", "ط": "ظ", "ظ": "ط", "ع": "غ", "غ": "عف",
    "ف": "قغ", "ق": "ف", "ک": "گل", "گ": "ک", "ل": "ا", "م": "ه", "ن": "بت", "و": "ر", "ه": "م", "ی": "بئ", "ا": "ل", "آ": "ا",
    "۰": "۵", "۱": "ا", "۲": "۳", "۳": "۲", "۴": "۳", "۵": "۰", "۶": "۹", "۷": "۸", "۸": "۷", "۹": "۶",
}  # fmt: skip

# Written as spoken: whole words first, then endings.
SPOKEN_WORDS: Mapping[str, str] = {
    "را": "رو", "است": "هست", "این‌ها": "اینا", "آن‌ها": "اونا", "آنها": "اونا", "آن": "اون", "خانه": "خونه", "می‌شود": "میشه",
    "می‌کند": "میکنه", "می‌کنند": "میکنن", "می‌کنیم": "میکنیم", "می‌شوند": "میشن", "می‌گوید": "میگه", "می‌آید": "میاد",
    "می‌رود": "میره", "می‌دهد": "میده", "می‌دهند": "میدن", "می‌خواهد": "میخواد", "می‌توانند": "میتونن", "می‌تواند": "میتونه",
    "باید": "باس", "دیگر": "دیگه", "اگر": "اگه", "هم": "هم", "برای": "واسه", "به خاطر": "بخاطر", "همه": "همه", "چیزی": "چیزی",
    "جوان": "جوون", "جوانان": "جوونا", "نان": "نون", "کودکان": "بچه‌ها", "تمام": "تموم", "هستند": "هستن", "شدند": "شدن",
    "کردند": "کردن", "دادند": "دادن", "گرفتند": "گرفتن", "رفتند": "رفتن", "آمدند": "اومدن", "آمد": "اومد", "بودند": "بودن",
    "داشتند": "داشتن", "دارند": "دارن", "شده‌اند": "شدن", "کرده‌اند": "کردن", "کرده‌ایم": "کردیم", "میان": "میون", "آنجا": "اونجا",
    "یک": "یه", "همین": "همین", "چهار": "چار", "می‌خواهند": "میخوان", "نمی‌شود": "نمیشه", "نمی‌تواند": "نمیتونه",
}  # fmt: skip
_SPOKEN_ENDINGS = (
    (re.compile(r"(?<=[آ-ی]{2})\u200cها(?![آ-ی\u200c])"), "ا"),
    (re.compile(r"(?<=[آ-ی]{2})\u200cهای(?![آ-ی\u200c])"), "ای"),
)
_WORD = re.compile("[آ-ی\u200c]+")

# Names of provinces and cities that stand for something else as often.
ORDINARY_WORDS = frozenset(
    "مرکزی فارس گلستان نور میانه بهار بن سامان دیر جم راز انار بافت بانه سرباز سراب سلسله صحنه محلات ری قدس پردیس کوثر خاتم "
    "خمیر کیش فردوس شوش خمین مبارکه ایوان مهران شهریار بهارستان الوند دنا سرخه پیشوا شفت لار رزن میامی قنوات تالش بم بابل راور "
    "دیلم کلاله اسکو البرز".split()
)

# A preface as offices write them: greetings, thanks, blessings; nothing about any work.
PREFACE = (
    "بسمه تعالی",
    "با سلام و صلوات بر محمد و آل محمد و با آرزوی سلامتی برای آن مقام محترم و همکاران گرامی، به استحضار می‌رساند.",
    "در آغاز بر خود لازم می‌دانیم از همهٔ عزیزانی که در طول سال گذشته با صبر و حوصله ما را یاری کردند صمیمانه قدردانی کنیم.",
    "بی‌شک آنچه در ادامه می‌آید تنها گوشه‌ای از تلاشی است که انجام شده و زبان از بیان همهٔ آن قاصر است.",
    "از خداوند بزرگ می‌خواهیم که توفیق ادامهٔ این راه را به همهٔ ما عنایت فرماید و سایهٔ بزرگان را بر سر ما نگاه دارد.",
    "همان‌گونه که مستحضرید، این مجموعه همواره کوشیده است گزارش‌های خود را به موقع و با دقت آماده و تقدیم نماید.",
    "پیشاپیش از هر گونه کاستی در نگارش این نامه پوزش می‌خواهیم و آماده‌ایم هر توضیح دیگری را که لازم باشد حضوری عرض کنیم.",
    "امید است این گزارش مورد توجه و عنایت حضرت عالی قرار گیرد و ما را از راهنمایی‌های ارزشمند خود بی‌نصیب نگذارید.",
    "اینک با کسب اجازه، شرح مختصری از آنچه گذشت به ترتیب زیر به حضور تقدیم می‌گردد.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as it is sent: title, sections (sentences or lines, in order), and the names that must not decide a domain."""

    title: str | None
    sections: tuple[str, ...]
    joint: str = "\n"
    ngo: str | None = None
    province: str | None = None
    city: str | None = None

    @property
    def text(self) -> str:
        return self.joint.join(self.sections)

    def map(self, change: Callable[[str], str]) -> Sample:
        """Title and every section changed alike."""
        return replace(self, title=change(self.title) if self.title else None, sections=tuple(map(change, self.sections)))


def _spoken(text: str) -> str:
    text = _WORD.sub(lambda word: SPOKEN_WORDS.get(word.group(), word.group()), text)
    for ending, said in _SPOKEN_ENDINGS:
        text = ending.sub(said, text)
    return text


def _wrapped(text: str, draw: random.Random) -> str:
    """A line break in place of a space every 60 to 80 characters."""
    lines: list[str] = []
    for section in text.split("\n"):
        line = ""
        width = draw.randint(60, 80)
        for word in section.split(" "):
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line, width = word, draw.randint(60, 80)
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines)


def _misread(rate: float) -> Callable[[Sample, random.Random], Sample]:
    """`rate` is of all characters; those that look like no other are never the wrong ones."""

    def apply(sample: Sample, draw: random.Random) -> Sample:
        def read(text: str) -> str:
            able = sum(c in LOOK_ALIKES for c in text)
            share = rate * len(text) / max(able, 1)
            return "".join(draw.choice(LOOK_ALIKES[c]) if c in LOOK_ALIKES and draw.random() < share else c for c in text)

        return sample.map(read)

    return apply


def _vowelled(sample: Sample, draw: random.Random) -> Sample:
    def mark(letter: re.Match[str]) -> str:
        return letter.group() + (draw.choice(_HARAKAT) if draw.random() < DIACRITICS_RATE else "")

    return sample.map(lambda text: _LETTER.sub(mark, text))


def _shuffled(sample: Sample, draw: random.Random) -> Sample:
    """Sections of two to four sentences change places."""
    left = list(sample.sections)
    blocks = []
    while left:
        size = draw.randint(2, 4)
        blocks.append(left[:size])
        left = left[size:]
    draw.shuffle(blocks)
    return replace(sample, sections=tuple(line for block in blocks for line in block))


def _prefaced(sample: Sample, draw: random.Random) -> Sample:  # noqa: ARG001 - one signature for all
    return replace(sample, sections=(*PREFACE, *sample.sections))


PERTURBATIONS: Mapping[str, Callable[[Sample, random.Random], Sample]] = {
    "half_spaces_dropped": lambda sample, _: sample.map(lambda text: text.replace(HALF_SPACE, "")),
    "half_spaces_doubled": lambda sample, _: sample.map(lambda text: text.replace(HALF_SPACE, HALF_SPACE * 2)),
    "arabic_forms": lambda sample, _: sample.map(lambda text: text.translate(_ARABIC_FORMS)),
    "diacritics": _vowelled,
    "line_breaks": lambda sample, draw: replace(sample, sections=(_wrapped(sample.text, draw),)),
    "ocr_2": _misread(0.02),
    "ocr_5": _misread(0.05),
    "informal": lambda sample, _: sample.map(_spoken),
    "sections_shuffled": _shuffled,
    "long_preface": _prefaced,
}


def perturb(name: str, sample: Sample) -> Sample:
    """The sample damaged in the way that `name` says; the same sample always in the same way."""
    return PERTURBATIONS[name](sample, _drawn(name, sample))


def swap_names(sample: Sample, ngos: Sequence[str], provinces: Mapping[str, Sequence[str]]) -> Sample:
    """Counterfactual: the NGO's name, the province and its cities are replaced throughout by others.

    ngos: names to choose from; provinces: cities of each province, by its Persian name. Names are found as whole words."""
    draw = _drawn("swap", sample)
    text = " ".join([sample.title or "", *sample.sections])
    found: dict[str, str] = {}
    others = [ngo for ngo in ngos if ngo != sample.ngo]
    if sample.ngo and sample.ngo in text and others:
        found[sample.ngo] = draw.choice(others)
    names = [(province, city) for province, cities in provinces.items() for city in (province, *cities)]
    here = [(province, name) for province, name in names if re.search(_whole(name), text)]
    here += [(sample.province or "", sample.city)] if sample.city and sample.city in text else []
    for province in dict.fromkeys(province for province, _ in here):
        free = [name for name in provinces if name != province and name not in {p for p, _ in here}]
        other = draw.choice(free or [name for name in provinces if name != province])
        for _, name in (each for each in here if each[0] == province):
            found.setdefault(name, other if name == province else draw.choice(provinces[other]))
    if not found:
        return sample
    pattern = re.compile("|".join(_whole(name) for name in sorted(found, key=len, reverse=True)))
    return sample.map(lambda part: pattern.sub(lambda match: found[match.group()], part))


def _whole(name: str) -> str:
    """A pattern for the name as a whole word; one that is an ordinary word too only after «استان» and the like."""
    if name in ORDINARY_WORDS:
        return rf"(?:(?<=استان )|(?<=شهر )|(?<=شهرستان )|(?<=شهرستان‌های )){re.escape(name)}(?![آ-ی\u200c])"
    return rf"(?<![آ-ی\u200c]){re.escape(name)}(?![آ-ی\u200c])"


def _drawn(name: str, sample: Sample) -> random.Random:
    """Seeded by what is damaged and how; not for cryptography."""
    digest = hashlib.sha256(f"{name}\n{sample.title}\n{sample.text}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311
