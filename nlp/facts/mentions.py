"""Every number of a sentence that may count something, with the noun that it counts and what stands around it.

Whether it counts an achievement, a plan or nothing is decided by `nlp.facts.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nlp.facts.nouns import noun_kinds
from nlp.facts.numbers import Number, find_numbers
from nlp.facts.periods import NamedPeriod, find_periods
from nlp.text.characters import ZWNJ
from nlp.text.jalali import MONTHS
from nlp.text.lexicon import load_lexicon
from nlp.text.tokens import verb_of

Qualifier = Literal["about", "at_least", "at_most"]

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[ًٌٍَُِّْ])*(?:‌[^\W\d_]+)*|[٪%]")
_QUALIFIED = 24
"""How many characters before a number may qualify it."""
_SQUARE = re.compile(r" ?‌?مربع")
_MONEY_FROM = 1_000_000
"""A bare number from here on is of tomans: «۳۱۰ میلیون جمع شد»."""
_YEAR_BEFORE = re.compile(rf"(?<![^\W_])(?:سال|{'|'.join(MONTHS)})(?: ماه)? $")
_MONTH_AFTER = re.compile(rf"[ ‌](?:{'|'.join(MONTHS)})(?![^\W_])")
_HOUR = r"(?<![0-9۰-۹] )(?<![0-9۰-۹])(?:ساعت|ساعات)"
_HOUR_BEFORE = re.compile(rf"{_HOUR}(?: حدود)? $|{_HOUR} \S+ (?:صبح |عصر |شب |ظهر )?(?:تا|الی) $")
_MONEY_AFTER = re.compile(r"[ ‌]*(?:تومان|ریال|تومن)")
_LEAST_CODE, _YEAR = 7, 4
_COUNTED = re.compile(r"[ ‌]?[^\W\d_]{2,}")
_SKIPPED = re.compile(r"[ ‌]*(?:تا از|تای|تا|عدد از)(?=[ ‌])[ ‌]*(?![\d])")
_OF_THEM = re.compile(r"[ ‌]*(?:تا(?:ش|شون|شان|یش|یشان|ی آنان|ی آنها)?)(?![^\W_])")


def _ahead(words: str) -> re.Pattern[str]:
    """One of the words, at the end of what stands before a number."""
    return re.compile(rf"(?<![^\W_])(?:{words})(?: از)?:? $")


_QUALIFIERS: tuple[tuple[Qualifier, re.Pattern[str]], ...] = (
    ("at_most", _ahead("نه بیش‌?تر از|نه بیش از|کم‌?تر از|حداکثر|زیر|نهایتاً|سقف|تا سقف")),
    ("at_least", _ahead("بیش از|بیش‌?تر از|بالغ بر|بالای|افزون بر|دست[ ‌]?کم|حداقل|لااقل|فراتر از|متجاوز از|کم[ ‌]?کم")),
    ("about", _ahead("حدود(?:اً|ا)?|تقریباً|تقریبا|قریب به|نزدیک به|نزدیک|در حدود|حوالی|میانگین")),
)
_AFTER_QUALIFIERS: tuple[tuple[Qualifier, re.Pattern[str]], ...] = (
    ("about", re.compile(r"^ (?:\S+ )?(?:تقریباً|تخمیناً)(?= |$)")),
    ("at_least", re.compile(r"^ (?:\S+ )?به بالا(?= |$)")),
)
_SPELLINGS = {
    "تومن": "تومان", "%": "درصد", "٪": "درصد", "مترمربع": "متر مربع", "خونواده": "خانواده", "خونوار": "خانوار", "خونه": "خانه",
    "جوون": "جوان", "نوجوون": "نوجوان",
}  # fmt: skip
_COMMON = frozenset(
    "نفر تن تومان تومن ریال درصد ساعت هکتار متر مترمربع خانواده خانوار زن مرد دختر پسر نوجوان جوان کودک واحد مادر پدر".split()
)
_STOP = frozenset(
    "و از در به با که را رو این آن تا هم برای یا اما ولی بود است هر نیز دیگر بیش کمتر بیشتر فقط پس بین روی".split()
)
_MEASURES = frozenset({"تومان", "ریال", "درصد"})
_LABEL = re.compile(r"(?:تعداد|شمار)(?: کل)? ([^\W\d_]+(?:‌[^\W\d_]+)*)[^:|/؛\n]*[:|/؛]?[^:|/؛\n]*$")
"""«تعداد مخاطبان: »."""
_ENDINGS = ("هایی", "های", "ها", "مان", "شان", "شون", "اش", "ای", "ی")
_JOINED = ("هایشان", "هایی", "های", "شان", "شون", "ها", "ی", "ه", "ش")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number and the noun it counts. `[start, end)` covers both, `unit` is the noun as a dictionary has it, `written` as it
    stands; None where no noun follows."""

    number: Number
    start: int
    end: int
    unit: str | None
    qualifier: Qualifier | None


def find_mentions(sentence: str) -> list[Mention]:
    """The mentions of one sentence of clean text, in order."""
    found = []
    periods = find_periods(sentence)
    numbers = [
        number
        for number in find_numbers(sentence)
        if number.form == "count" and not _year(sentence, number) and not _in_time(sentence, number, periods)
    ]
    for number in numbers:
        unit, end = _unit(sentence, number)
        after = sentence[number.end : number.end + len(" تنها")]
        if sentence[number.start : number.end] == "نه" and (unit not in noun_kinds() or after == " تنها"):
            continue
        found.append(Mention(number, number.start, end, unit, _qualifier(sentence, number, end)))
    return _with_antecedents(sentence, found)


def _year(sentence: str, number: Number) -> bool:
    """Whether a bare number of four digits, or one of two after a month, names a year."""
    if number.words or number.highest is not None or number.end - number.start not in {2, 4}:
        return False
    before = _YEAR_BEFORE.search(sentence[: number.start])
    if number.end - number.start == 2:
        return bool(before and before[0] != "سال " and not _COUNTED.match(sentence, number.end))
    return 1300 <= number.value <= 1450 and bool(before or not _COUNTED.match(sentence, number.end))


def _in_time(sentence: str, number: Number, periods: Sequence[NamedPeriod]) -> bool:
    """Whether the number is of a date, a day of a month or an hour of the day; or of seven digits and more, ungrouped, without
    money: a telephone or a file's number."""
    if any(period.start < number.end and number.start < period.end for period in periods if period.end - period.start > _YEAR):
        return True
    digits = not number.words and number.end - number.start >= _LEAST_CODE and sentence[number.start : number.end].isdigit()
    if digits and not _MONEY_AFTER.match(sentence, number.end):
        return True
    return bool(
        _MONTH_AFTER.match(sentence, number.end) or _HOUR_BEFORE.search(sentence[max(0, number.start - 20) : number.start])
    )


def _unit(sentence: str, number: Number) -> tuple[str | None, int]:
    """The noun that follows the number, and where it ends."""
    at = number.end
    if sentence[max(0, number.start - 2) : number.start].strip() in {"٪", "%"}:
        return "درصد", number.end
    if skipped := _SKIPPED.match(sentence, at):
        at = skipped.end()
    elif of_them := _OF_THEM.match(sentence, at):
        return None, of_them.end()
    else:
        at += len(sentence[at:]) - len(sentence[at:].lstrip(" ‌"))
    match = _WORD.match(sentence, at)
    if match is None or not _is_noun(match[0]):
        return ("تومان", number.end) if number.value >= _MONEY_FROM else (None, number.end)
    if match[0] == "متر" and (square := _SQUARE.match(sentence, match.end())):
        return "متر مربع", square.end()
    unit = base_form(match[0])
    if number.value >= _MONEY_FROM and unit not in noun_kinds():
        return "تومان", number.end
    return unit, match.end()


def base_form(word: str) -> str:
    """The noun without plural, ezafe, possessive and «ی»: «روستای» gives «روستا», «نفرشان» «نفر», «خانواده‌های» «خانواده»."""
    word = word.strip("ًٌٍَُِّْ")
    parts = word.split(ZWNJ)
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    word = _SPELLINGS.get(ZWNJ.join(parts), ZWNJ.join(parts))
    lexicon = load_lexicon()
    for ending in _JOINED:
        bare = word.removesuffix(ending)
        if bare != word and (bare in _COMMON or (len(bare) > 2 and lexicon.knows(bare) and not lexicon.knows(word))):
            return _SPELLINGS.get(bare, bare)
    if len(word) > 3 and word[-1] == "ی" and word[-2] in "او" and lexicon.knows(word[:-1]):
        return word[:-1]
    return word


def _is_noun(word: str) -> bool:
    return word not in _STOP and (word in noun_kinds() or verb_of(word) is None)


def _qualifier(sentence: str, number: Number, end: int) -> Qualifier | None:
    before = sentence[max(0, number.start - _QUALIFIED) : number.start]
    for name, pattern in _QUALIFIERS:
        if pattern.search(before):
            return name
    return next((name for name, pattern in _AFTER_QUALIFIERS if pattern.search(sentence[end:])), None)


def _with_antecedents(sentence: str, mentions: Sequence[Mention]) -> list[Mention]:
    """«از هشت کوره، پنج تا خاموش شد»: the noun of the mention before; «تعداد مخاطبان: ۱۲۰»: the noun of the label."""
    found: list[Mention] = []
    for mention in mentions:
        unit = mention.unit
        if unit is None:
            label = _LABEL.search(sentence[: mention.start])
            nouns = (each.unit for each in reversed(found) if each.unit and each.unit not in _MEASURES)
            unit = base_form(label[1]) if label else next(nouns, None)
        found.append(replace(mention, unit=unit))
    return found
