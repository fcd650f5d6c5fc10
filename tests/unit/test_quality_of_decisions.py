"""What the quality page counts, on decisions whose answer is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from nlp.review.quality import Agreement, Audit, BetweenReviewers, Bin, Learning, Lesson, quality
from nlp.types import Review

START = datetime(2024, 3, 20, tzinfo=UTC)  # the first day of 1403


def review(report: str, domains: tuple[str, ...] | None, **changes: Any) -> Review:
    values: dict[str, Any] = {
        "id": "x",
        "report": report,
        "version": 1,
        "decision": "reject" if domains is None else "correct",
        "domains": domains,
        "groups": (),
        "summary": None,
        "note": None,
        "by": "user:a",
        "at": START,
        "assigned": ("x",),
        "probabilities": {"x": 0.95, "y": 0.25},
        "model": None,
        "audited": False,
    }
    return Review(**{**values, **changes})


def test_agreement_is_counted_by_month_and_domain_over_the_newest_word() -> None:
    later = START + timedelta(days=31)
    found = quality(
        [
            review("1", ("y",)),
            review("1", ("x",), by="user:b"),
            review("2", ("x", "y")),
            review("3", None),
            review("4", ("y",), at=later),
        ],
        None,
    )
    assert found.agreement == (
        Agreement("1403/01", "x", 2, 2, 2),
        Agreement("1403/01", "y", 0, 1, 0),
        Agreement("1403/02", "x", 1, 0, 0),
        Agreement("1403/02", "y", 0, 1, 0),
    )
    assert found.calibration[9] == Bin(0.9, 1.0, 3, 0.95, 2)
    assert found.calibration[2] == Bin(0.2, 0.3, 3, 0.25, 2)
    assert found.calibration[0] == Bin(0.0, 0.1, 0, 0.0, 0)
    assert quality([review("1", ("x",), probabilities={"x": 1.0})], None).calibration[9].agreed == 1


def test_precision_is_known_from_the_reports_that_were_drawn() -> None:
    decisions = [
        review("1", ("x",), audited=True),
        review("2", ("y",), audited=True, assigned=("x", "y")),
        review("3", None, audited=True),
        review("4", ("y",)),
    ]
    assert quality(decisions, None).audit == Audit(3, 1, 4, 2, 0.5, 0.15, 0.85)
    assert quality([], None).audit.precision is None


def test_reviewers_are_compared_with_each_other() -> None:
    decisions = [
        review("1", ("x",)),
        review("1", ("x",), by="user:b"),
        review("2", ("x", "y")),
        review("2", ("x",), by="user:b"),
        review("3", ("x",)),
        review("3", None, by="user:b"),
        review("4", ("x",)),
        review("4", ("y",)),
    ]
    assert quality(decisions, None).reviewers == BetweenReviewers(3, 1, 0.5)
    assert quality([], None).reviewers == BetweenReviewers(0, 0, None)


def test_what_came_after_the_model_waits_to_be_learned_from() -> None:
    later = START + timedelta(days=1)
    decisions = [review("1", ("x",)), review("1", ("y",), at=later), review("2", None, at=later)]
    assert quality(decisions, START).learning == Learning(START, 1, 1, (Lesson("x", 0, 0, 1), Lesson("y", 0, 1, 0)))
    more = [*decisions, review("3", ("x",), at=later), review("1", None, at=later)]
    assert quality(more, None).learning == Learning(None, 3, 1, (Lesson("x", 1, 0, 0),))
