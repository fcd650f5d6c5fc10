"""How values are written for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from nlp.review.audit import Action
from nlp.review.permissions import SCOPES
from nlp.text.jalali import period_words
from nlp.types import (
    DuplicateFlag,
    DuplicateKind,
    FactKind,
    Period,
    QualityCode,
    QueueReason,
    ReviewReason,
    Role,
    Status,
    Verdict,
)
from service.web import filters, words


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "بیش از ۹۹\u200f٪"),
        (0.996, "بیش از ۹۹\u200f٪"),
        (0.93, "۹۳\u200f٪"),
        (0.004, "کمتر از ۱\u200f٪"),
        (0.0, "کمتر از ۱\u200f٪"),
    ],
)
def test_a_probability_never_claims_certainty(share: float, said: str) -> None:
    assert filters.percent(share) == said


def test_a_counted_share_may_be_all_or_nothing() -> None:
    assert (filters.ratio(1.0), filters.ratio(0.0)) == ("۱۰۰\u200f٪", "۰\u200f٪")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (850_000_000, "۸۵۰ میلیون"),
        (4.2e9, "۴٫۲ میلیارد"),
        (3e12, "۳ هزار میلیارد"),
        (1_234_567, "۱٬۲۳۴٬۵۶۷"),
        (12.5, "۱۲٫۵"),
        (0, "۰"),
    ],
)
def test_only_round_sums_are_shortened(value: float, said: str) -> None:
    assert filters.amount(value) == said


def test_moments_are_of_tehran() -> None:
    assert filters.moment("2026-03-20T21:00:00Z") == "۱۴۰۵/۰۱/۰۱، ۰۰:۳۰"
    assert filters.day("2026-03-20") == "۱۴۰۴/۱۲/۲۹"
    now = datetime(2026, 1, 2, tzinfo=UTC)
    ages = [timedelta(seconds=5), timedelta(minutes=3), timedelta(hours=5), timedelta(days=40)]
    assert [filters.ago(now - age, now) for age in ages] == ["چند لحظه", "۳ دقیقه", "۵ ساعت", "۴۰ روز"]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2023, 3, 21), date(2024, 3, 19), "سال ۱۴۰۲"),
        (date(2022, 3, 21), date(2024, 3, 19), "سال ۱۴۰۱ تا سال ۱۴۰۲"),
        (date(2023, 9, 23), date(2023, 10, 22), "مهر ۱۴۰۲"),
        (date(2023, 9, 23), date(2024, 3, 19), "مهر ۱۴۰۲ تا اسفند ۱۴۰۲"),
        (date(2023, 9, 23), date(2023, 9, 23), "۱۴۰۲/۰۷/۰۱"),
        (date(2023, 9, 24), None, "از ۱۴۰۲/۰۷/۰۲"),
        (None, date(2023, 9, 24), "تا ۱۴۰۲/۰۷/۰۲"),
        (None, None, ""),
    ],
)
def test_a_period_is_said_as_people_say_it(start: date | None, end: date | None, said: str) -> None:
    assert period_words(Period(start, end)) == said
    assert filters.period({"from": start and start.isoformat(), "to": end and end.isoformat()}) == said


def test_every_code_of_a_closed_list_has_its_words() -> None:
    lists = {
        "QUEUE": QueueReason,
        "REASONS": ReviewReason,
        "QUALITY": QualityCode,
        "KINDS": FactKind,
        "STATUS": Status,
        "VERDICTS": Verdict,
        "ROLES": Role,
        "DUPLICATES": DuplicateKind,
        "FLAGS": DuplicateFlag,
        "ACTIONS": Action,
    }
    for name, codes in lists.items():
        assert set(getattr(words, name)) == set(get_args(codes)), name


def test_every_scope_has_its_words() -> None:
    assert tuple(words.SCOPES) == SCOPES
