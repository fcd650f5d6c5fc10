"""How values are written for people: Persian digits, Jalali dates in Tehran's time, percentages that claim no certainty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from nlp.text.digits import persian_number, to_persian_digits
from nlp.text.jalali import TEHRAN, format_jalali, period_words
from nlp.types import Period

OUTSIDE = "—"
"""Stands for a day that the calendar does not hold."""
LARGE = ((1e12, "هزار میلیارد"), (1e9, "میلیارد"), (1e6, "میلیون"))


def percent(share: float) -> str:
    """A probability that is never told as certain. The mark keeps the sign on the left of the number, as Persian writes it."""
    if share > 0.995:
        return "بیش از ۹۹\u200f٪"
    if share < 0.005:
        return "کمتر از ۱\u200f٪"
    return f"{persian_number(round(100 * share))}\u200f٪"


def ratio(share: float) -> str:
    """A share of counted things, which may be all or nothing."""
    return f"{persian_number(round(100 * share))}\u200f٪"


def amount(value: float) -> str:
    """A number as people say it: a round one from a million on in millions and milliards."""
    for least, name in LARGE:
        if abs(value) >= least and round(value / least, 2) * least == value:
            return f"{persian_number(value / least)} {name}"
    return persian_number(value)


def size(count: float) -> str:
    """Bytes in the unit that people would say."""
    if count < 1_000_000:
        return f"{persian_number(max(1, round(count / 1000)))} کیلوبایت"
    return f"{persian_number(round(count / 1_000_000, 1))} مگابایت"


def day(value: date | datetime | str) -> str:
    """A day, Gregorian, or a time in UTC, whose day in Tehran is meant, as `۱۴۰۳/۰۵/۱۲`."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == len("2026-01-01") else datetime.fromisoformat(value)
    try:
        return format_jalali(_aware(value).astimezone(TEHRAN).date() if isinstance(value, datetime) else value)
    except (OverflowError, ValueError):
        return OUTSIDE


def moment(value: datetime | str) -> str:
    """A time in UTC as day and hour in Tehran."""
    try:
        at = _aware(value).astimezone(TEHRAN)
        return f"{format_jalali(at.date())}، {to_persian_digits(f'{at:%H:%M}')}"
    except (OverflowError, ValueError):
        return OUTSIDE


def ago(value: datetime | str, now: datetime | None = None) -> str:
    """How long it has been, in the largest unit that fits."""
    seconds = ((now or datetime.now(UTC)) - _aware(value)).total_seconds()
    for least, name in ((86_400, "روز"), (3_600, "ساعت"), (60, "دقیقه")):
        if seconds >= least:
            return f"{persian_number(int(seconds // least))} {name}"
    return "چند لحظه"


def period(value: Period | Mapping[str, Any] | None) -> str:
    """First and last day as people say them; empty for none."""
    if value is None:
        return ""
    if isinstance(value, Period):
        return period_words(value)
    return period_words(Period(*(date.fromisoformat(value[end]) if value[end] else None for end in ("from", "to"))))


def actor(name: str | None) -> str:
    """Who did something, without the kind of account."""
    return (name or "—").removeprefix("user:")


def _aware(value: datetime | str) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


ALL = {
    "persian": persian_number,
    "digits": to_persian_digits,
    "percent": percent,
    "ratio": ratio,
    "amount": amount,
    "size": size,
    "day": day,
    "moment": moment,
    "ago": ago,
    "period": period,
    "actor": actor,
}
