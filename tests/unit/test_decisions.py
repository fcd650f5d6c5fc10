"""What a reviewer may decide, and what a report shows after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from nlp.errors import InvalidInput
from nlp.review.decisions import Decision, EditedSummary, decided
from nlp.shipped import DATA
from nlp.taxonomy import load_taxonomy
from nlp.types import Report, Review, Span
from nlp.wire import report_from_json, to_json
from tests.contracts.conftest import analysis_of, report_of

TAXONOMY = load_taxonomy(DATA / "taxonomy.yaml")
NOW = datetime(2025, 1, 1, tzinfo=UTC)
Decide = Callable[..., tuple[Report, Review]]


def decide(report: Report, verdict: str, **given: Any) -> tuple[Report, Review]:
    return decided(report, Decision(verdict, **given), TAXONOMY, by="user:a", at=NOW, audited=False)  # type: ignore[arg-type]


def test_accepting_keeps_what_the_machine_assigned() -> None:
    report, review = decide(report_of(), "accept")
    assert (report.status, report.domains, review.domains) == ("accepted", *[("addiction", "mental_health")] * 2)
    assert report.groups == ("addiction_and_health",)
    assert report.review == report.review | {"decision": "accept", "by": "user:a", "at": "2025-01-01T00:00:00Z"}  # type: ignore[operator]


def test_a_correction_counts_and_the_machines_answer_stays_beside_it() -> None:
    report, review = decide(report_of(), "correct", domains=("livelihood", "livelihood"))
    assert (report.status, report.domains) == ("corrected", ("livelihood",))
    assert report.groups == (TAXONOMY.by_code["livelihood"].group,)
    assert report.analysis == report_of().analysis
    assert review.assigned == ("addiction", "mental_health")
    assert review.probabilities == {"addiction": 0.9, "mental_health": 0.8, "not_assigned": 0.06}
    assert report_from_json(to_json(report)) == report
    assert decide(report, "accept")[0].domains == ("livelihood",)


def test_a_report_may_have_no_domain_at_all() -> None:
    report, _ = decide(report_of(), "correct", domains=())
    assert (report.domains, report.groups) == ((), ())


def test_a_rejected_report_and_one_that_waits_again_show_what_the_machine_said() -> None:
    corrected, _ = decide(report_of(), "correct", domains=("livelihood",))
    rejected, review = decide(corrected, "reject", note="گزارش نیست")
    assert (rejected.status, rejected.domains, review.domains) == ("rejected", ("addiction", "mental_health"), None)


def test_an_edited_summary_keeps_its_links_and_outlives_other_corrections() -> None:
    spans = (Span("text", 0, 4, "سلام"), Span("title", 0, 5, "عنوان"))
    report, _ = decide(report_of(), "correct", summary=EditedSummary(" سلام به همه. ", spans))
    assert report.summary is not None
    assert (report.summary.text, report.summary.method) == ("سلام به همه.", "edited")
    assert [(each.field, each.start, each.end, each.score) for each in report.summary.sentences] == [
        ("text", 0, 4, 1.0),
        ("title", 0, 5, 1.0),
    ]
    assert report.domains == ("addiction", "mental_health")
    assert decide(report, "correct", domains=("livelihood",))[0].summary == report.summary


@pytest.mark.parametrize(
    ("verdict", "given", "pointer"),
    [
        ("correct", {}, "/domains"),
        ("correct", {"domains": ("nothing",)}, "/domains/0"),
        ("correct", {"domains": ("livelihood", "قم")}, "/domains/1"),
        ("reject", {}, "/note"),
        ("reject", {"note": "  "}, "/note"),
        ("reject", {"note": "x", "domains": ("livelihood",)}, "/domains"),
        ("accept", {"summary": EditedSummary("x")}, "/summary"),
        ("accept", {"note": "x" * 4001}, "/note"),
        ("correct", {"summary": EditedSummary(" ")}, "/summary/text"),
        ("correct", {"summary": EditedSummary("x", (Span("text", 0, 4, "سلام "),))}, "/summary/sentences/0"),
        ("correct", {"summary": EditedSummary("x", (Span("text", 4, 4, ""),))}, "/summary/sentences/0"),
        ("correct", {"summary": EditedSummary("x", (Span("text", 0, 9999, "سلام"),))}, "/summary/sentences/0"),
    ],
)
def test_what_does_not_fit_is_refused(verdict: str, given: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide(report_of(), verdict, **given)
    assert pointer in [error.pointer for error in refused.value.errors]


def test_a_report_that_was_not_analysed_can_be_decided_on() -> None:
    report, review = decide(report_of(analysis=None), "accept")
    assert (report.domains, review.probabilities, review.model) == ((), {}, None)
    assert analysis_of("addiction").assigned == ("addiction",)
