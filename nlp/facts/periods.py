"""Dates and periods in running text: «مهر تا اسفند ۱۴۰۲», «۱۴۰۳/۰۵/۱۲», «نیمه دوم سال ۱۴۰۱», «سال ۱۴۰۲».

What they mean is read by `nlp.text.jalali`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.errors import InvalidInput
from nlp.text.jalali import STRETCHES, parse_period
from nlp.types import Period

_DIGIT = "[0-9۰-۹]"
_YEAR = rf"(?:(?:1[34]|20)[0-9]{{2}}|[۱][۳۴][۰-۹]{{2}})(?!{_DIGIT})"
_NAME = "|".join(sorted((name.replace(" ", "[ ‌]") for name in STRETCHES), key=len, reverse=True))
_NUMERIC = rf"{_YEAR}[/.\-]{_DIGIT}{{1,2}}(?:[/.\-]{_DIGIT}{{1,2}})?"
_NAMED = rf"(?:{_DIGIT}{{1,2}} )?(?:{_NAME})(?: ?‌?ماه)?(?: سال)? {_YEAR}"
_ONE = rf"(?:{_NUMERIC}|{_NAMED}|(?:سال )?{_YEAR})"
_FIRST = rf"(?:{_NAMED}|{_NUMERIC}|(?:سال )?{_YEAR}|{_NAME})(?: ?‌?ماه)?"
_SPAN = re.compile(rf"(?<![\w/])(?<!قانون )(?<!مصوب )(?<!شماره )(?:{_FIRST} (?:تا|الی|لغایت) {_ONE}|{_ONE})(?![/.\-]?{_DIGIT})")


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """`[start, end)` of the text, and the days that are named there."""

    start: int
    end: int
    period: Period


def find_periods(text: str) -> list[NamedPeriod]:
    """The periods of a clean text, in order; what looks like a date and is none is left out."""
    found = []
    for match in _SPAN.finditer(text):
        try:
            found.append(NamedPeriod(match.start(), match.end(), parse_period(match[0])))
        except InvalidInput:
            continue
    return found


def overall(periods: Sequence[Period]) -> Period | None:
    """From the first day named to the last; None where none is."""
    starts = [each.start for each in periods if each.start]
    ends = [each.end for each in periods if each.end]
    return Period(min(starts), max(ends)) if starts and ends else None
