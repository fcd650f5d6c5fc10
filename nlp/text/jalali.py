"""Periods and dates as people write them, Jalali or Gregorian, widened to their first and last day.

A year says which calendar is meant: 1300-1500 is Jalali, 1900-2100 is Gregorian. Leap years are those of persiantools.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from nlp.errors import InvalidInput
from nlp.text.digits import to_ascii_digits, to_persian_digits
from nlp.types import Period

JALALI_YEARS = range(1300, 1501)
TEHRAN = ZoneInfo("Asia/Tehran")
GREGORIAN_YEARS = range(1900, 2101)
LONGEST = 100
"""Characters; anything longer is not a period."""

MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")

STRETCHES = {name: (number, number) for number, name in enumerate(MONTHS, start=1)} | {
    "امرداد": (5, 5),
    "بهار": (1, 3),
    "تابستان": (4, 6),
    "پاییز": (7, 9),
    "پائیز": (7, 9),
    "زمستان": (10, 12),
    "نیمه اول": (1, 6),
    "نیمه نخست": (1, 6),
    "نیمه دوم": (7, 12),
    "شش ماهه اول": (1, 6),
    "شش ماهه نخست": (1, 6),
    "شش ماهه دوم": (7, 12),
    "سه ماهه اول": (1, 3),
    "سه ماهه نخست": (1, 3),
    "سه ماهه دوم": (4, 6),
    "سه ماهه سوم": (7, 9),
    "سه ماهه چهارم": (10, 12),
}
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " ", "–": "-", "—": "-", "−": "-", "‐": "-", "\\": "/"})
_INVISIBLE = re.compile("[\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NAMES = "|".join(sorted(STRETCHES, key=len, reverse=True))
_NAMED = re.compile(rf"(?:(?P<day>\d{{1,2}}) )?(?P<name>{_NAMES})(?: ?ماه)?(?: سال)? (?P<year>\d{{4}})")
_NAME_ONLY = re.compile(rf"(?:{_NAMES})(?: ?ماه)?")
_YEAR_FIRST = re.compile(r"(?:سال )?(\d{4})(?: ?[-/.] ?(\d{1,2})(?: ?[-/.] ?(\d{1,2}))?)?")
_YEAR_LAST = re.compile(r"(?:(\d{1,2}) ?[-/.] ?)?(\d{1,2}) ?[-/.] ?(\d{4})")
_TIME = re.compile(r"(?<=\d)[ t]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?z|[+-]\d{2}:?\d{2})?$")
_BETWEEN = re.compile(r"(?:از )?(.+?) (?:تا|الی|لغایت|to) (.+)")
_SINCE = re.compile(r"از (.+)|(.+?) (?:تاکنون|تا کنون|تا امروز)")
_UNTIL = re.compile(r"(?:تا|لغایت) (.+)")


def parse_period(text: str) -> Period:
    """The days that `text` means, both included: `1403`, `۱۴۰۳/۰۵`, `1403-05-12`, `مهر ۱۴۰۱`, `2024-03-20`,
    `1402/01 تا 1402/12`, `از مهر تا آذر ۱۴۰۲`, `1402/01 - 1402/12`; `از ۱۴۰۲` has no end and `تا ۱۴۰۲` no start.

    :raises InvalidInput: it is no period, a day does not exist, or it ends before it starts.
    """
    clean = _clean(text)
    days = _days(clean)
    period = _range(clean) if days is None else Period(*days)
    if period is None:
        _refuse(text)
    if period.start and period.end and period.start > period.end:
        raise InvalidInput(f"آغاز دوره «{text.strip()}» پس از پایان آن است.", detail="the period ends before it starts")
    return period


def parse_date(text: str, *, last: bool) -> date:
    """The first, or the `last`, day of one date, month or year; a range is not a date.

    :raises InvalidInput: it is no date, or the day does not exist.
    """
    days = _days(_clean(text))
    return days[last] if days else _refuse(text)


def format_jalali(day: date) -> str:
    """`۱۴۰۳/۰۵/۱۲`, for people."""
    jalali = _jalali_date(day)
    return to_persian_digits(f"{jalali.year:04}/{jalali.month:02}/{jalali.day:02}")


def tehran_day(moment: datetime) -> date:
    """The day in Tehran at a time that knows its zone."""
    return moment.astimezone(TEHRAN).date()


def period_words(period: Period) -> str:
    """As people say it: «سال ۱۴۰۲», «مهر ۱۴۰۲ تا اسفند ۱۴۰۲», «از ۱۴۰۳/۰۵/۱۲»; empty for a period without any day."""
    start, end = period.start, period.end
    if start is None or end is None:
        return f"از {format_jalali(start)}" if start else f"تا {format_jalali(end)}" if end else ""
    first, after = _jalali_date(start), _jalali_date(end + timedelta(days=1))
    last = _jalali_date(end)
    if (first.day, after.day) != (1, 1):
        names = [format_jalali(start), format_jalali(end)]
    elif (first.month, after.month) == (1, 1):
        names = [f"سال {first.year}", f"سال {last.year}"]
    else:
        names = [f"{MONTHS[day.month - 1]} {day.year}" for day in (first, last)]
    return to_persian_digits(" تا ".join(dict.fromkeys(names)))


def jalali_year(day: date) -> int:
    """The Jalali year that a day lies in."""
    return int(_jalali_date(day).year)


def jalali_year_of(year: int) -> Period:
    """First and last day of a Jalali year. :raises InvalidInput: it is not within 1300 and 1500."""
    return parse_period(str(year)) if year in JALALI_YEARS else _refuse(str(year))


def _clean(text: str) -> str:
    if len(text) > LONGEST:
        _refuse(text)
    plain = _INVISIBLE.sub("", to_ascii_digits(text).translate(_LETTERS)).casefold()
    return _TIME.sub("", " ".join(plain.split()))


def _refuse(text: str) -> NoReturn:
    shown = text.strip()[:40]
    right = "۱۴۰۲، ۱۴۰۲/۰۵/۱۲، ۱۴۰۲/۰۱ تا ۱۴۰۲/۱۲"
    raise InvalidInput(f"تاریخ یا دوره «{shown}» شناخته نشد؛ نمونه درست: {right}.", detail="not a date or a period")


def _range(clean: str) -> Period | None:
    if match := _BETWEEN.fullmatch(clean):
        left, right = match.groups()
        if _NAME_ONLY.fullmatch(left) and (year := re.search(r"\d{4}$", right)):
            left = f"{left} {year.group()}"
        if (first := _days(left)) and (last := _days(right)):
            return Period(first[0], last[1])
    if (match := _SINCE.fullmatch(clean)) and (first := _days(match[1] or match[2])):
        return Period(first[0], None)
    if (match := _UNTIL.fullmatch(clean)) and (last := _days(match[1])):
        return Period(None, last[1])
    splits = [(clean[: dash.start()].strip(), clean[dash.end() :].strip()) for dash in re.finditer("-", clean)]
    readings = [(first, last) for left, right in splits if (first := _days(left)) and (last := _days(right))]
    return Period(readings[0][0][0], readings[0][1][1]) if len(readings) == 1 else None


def _days(clean: str) -> tuple[date, date] | None:
    """First and last day of a date, month, season or year; None when it is not written like one."""
    if match := _NAMED.fullmatch(clean):
        first, last = STRETCHES[match["name"]]
        if match["day"] and first != last:
            return None
        return _jalali(int(match["year"]), first, last, int(match["day"] or 0))
    if match := _YEAR_FIRST.fullmatch(clean):
        year, month, day = (int(part or 0) for part in match.groups())
    elif match := _YEAR_LAST.fullmatch(clean):
        day, month, year = (int(part or 0) for part in match.groups())
        if year in GREGORIAN_YEARS:  # 03/04/2024 is March in one country and April in the next
            return None
    else:
        return None
    given = sum(part is not None for part in match.groups())
    if (given > 1 and not 1 <= month <= 12) or (given > 2 and day < 1):
        return None
    return (_jalali if year in JALALI_YEARS else _gregorian)(year, month or 1, month or 12, day)


def _jalali(year: int, first: int, last: int, day: int) -> tuple[date, date] | None:
    if year not in JALALI_YEARS or day > JalaliDate.days_in_month(first, year):
        return None
    end = _jalali_date(year, last, day or JalaliDate.days_in_month(last, year))
    return _jalali_date(year, first, day or 1).to_gregorian(), end.to_gregorian()


def _jalali_date(*parts: int | date) -> JalaliDate:
    return JalaliDate(*parts)  # type: ignore[no-untyped-call]  # persiantools annotates all but its constructor


def _gregorian(year: int, first: int, last: int, day: int) -> tuple[date, date] | None:
    if year not in GREGORIAN_YEARS:
        return None
    next_month = date(year + last // 12, last % 12 + 1, 1)
    end = next_month - timedelta(days=1)
    if day:
        return (date(year, first, day),) * 2 if day <= end.day else None
    return date(year, first, 1), end
