"""Why a report waits, in which order, and when reviewers contradict each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.review.queue import REASONS, Said, draw, in_conflict, is_audited, reasons_of, uncertainty_of
from nlp.types import Report, ReviewReason
from tests.contracts.conftest import analysis_of, report_of


def doubted(*reasons: ReviewReason) -> Report:
    return report_of(analysis=replace(analysis_of("addiction"), review_reasons=reasons, needs_review=bool(reasons)))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((), ()),
        (("near_threshold", "low_confidence", "out_of_scope"), ("uncertain",)),
        (("too_short", "possible_duplicate"), ("possible_duplicate", "poor_text")),
        (("language", "truncated", "poor_text_quality"), ("poor_text",)),
    ],
)
def test_the_machines_doubts_become_reasons(given: tuple[ReviewReason, ...], found: tuple[str, ...]) -> None:
    assert reasons_of(doubted(*given), conflicting=False) == found


def test_what_was_decided_waits_only_where_reviewers_contradict_each_other() -> None:
    decided = replace(doubted("too_short"), status="accepted")
    assert reasons_of(decided, conflicting=False) is None
    assert reasons_of(decided, conflicting=True) == ("conflicting",)
    assert reasons_of(report_of(analysis=None), conflicting=False) == ("uncertain",)
    assert REASONS == ("conflicting", "possible_duplicate", "uncertain", "poor_text", "random_audit")


def test_the_most_doubtful_domain_makes_a_report_uncertain() -> None:
    assert uncertainty_of(analysis_of("addiction")) == 0.2
    assert uncertainty_of(analysis_of("a", "b", "c")) == 0.6
    assert uncertainty_of(None) == 1.0


def test_chance_draws_its_share_once_and_for_all() -> None:
    drawn = [draw(f"r-{number}") for number in range(5000)]
    assert drawn == [draw(f"r-{number}") for number in range(5000)]
    assert 0.04 < sum(each < 0.05 for each in drawn) / 5000 < 0.06
    sure = next(f"r-{number}" for number, each in enumerate(drawn) if each < 0.05)
    assert is_audited(replace(doubted(), id=sure), 0.05)
    assert not is_audited(replace(doubted("too_short"), id=sure), 0.05)
    assert not is_audited(replace(doubted(), id=sure), 0.0)


def said(by: str, *domains: str) -> Said:
    return Said(by, "correct", frozenset(domains))


@pytest.mark.parametrize(
    ("words", "conflict"),
    [
        ([], False),
        ([said("a", "x"), said("a", "y")], False),
        ([said("a", "x", "y"), said("b", "y", "x")], False),
        ([said("a", "x"), said("b", "y")], True),
        ([said("a", "x"), Said("b", "reject", None)], True),
        ([said("a", "x"), said("b", "y"), said("c", "x")], False),
        ([said("a", "x"), said("b", "y"), said("b", "x")], False),
        ([said("a", "x"), said("b", "y"), said("c", "z")], True),
    ],
)
def test_reviewers_are_in_conflict_until_more_than_half_agree(words: list[Said], conflict: bool) -> None:  # noqa: FBT001
    assert in_conflict(words) is conflict
