"""What a ReviewStore promises: a decision and the version it makes are one, kept for ever, gone with the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import NotFound, VersionConflict
from nlp.review.actor import acting
from nlp.review.decisions import Decision, EditedSummary, decided
from nlp.review.versions import steps
from nlp.shipped import DATA
from nlp.taxonomy import load_taxonomy
from nlp.types import Filters, Report, Review, Span

TAXONOMY = load_taxonomy(DATA / "taxonomy.yaml")
MakeReport = Callable[..., Report]


def decide(stores: Stores, report_id: str, verdict: str, by: str = "user:a", **given: Any) -> tuple[Report, Review]:
    report = stores.reports.get(report_id)
    at = datetime(2025, 1, 2, tzinfo=UTC)
    after, review = decided(report, Decision(verdict, **given), TAXONOMY, by=by, at=at, audited=True)  # type: ignore[arg-type]
    return stores.reviews.decide(after, review, report.version), review


def test_a_decision_comes_back_as_it_was_made(stores: Stores, make_report: MakeReport) -> None:
    stores.reports.put(make_report(), None)
    summary = EditedSummary("خلاصه", (Span("text", 0, 4, "سلام"),))
    report, review = decide(stores, "r-1", "correct", domains=("livelihood",), summary=summary, note="یادداشت")
    assert (report.version, report.status, report.review and report.review["note"]) == (2, "corrected", "یادداشت")
    decide(stores, "r-1", "reject", by="user:b", note="گزارش نیست")
    found = stores.reviews.of("r-1")
    assert found[0] == review
    assert [(each.version, each.decision, each.by) for each in found] == [(1, "correct", "user:a"), (2, "reject", "user:b")]
    assert list(stores.reviews.all()) == list(found)


def test_corrected_domains_are_what_lists_filters_and_heads_show(stores: Stores, make_report: MakeReport) -> None:
    store = stores.reports
    store.put(make_report(), None)
    decide(stores, "r-1", "correct", domains=("livelihood",))
    assert store.heads(["r-1"])["r-1"].domains == ("livelihood",)
    assert [report.domains for report in store.list(Filters(domain="livelihood"), 5).items] == [("livelihood",)]
    assert store.list(Filters(group=TAXONOMY.by_code["livelihood"].group), 5).items
    assert store.list(Filters(domain="addiction"), 5).items == ()
    assert store.list(Filters(group="addiction_and_health"), 5).items == ()
    assert store.history("r-1")[0].domains == ("addiction", "mental_health")


def test_a_decision_on_another_version_changes_nothing(stores: Stores, make_report: MakeReport) -> None:
    stores.reports.put(make_report(), None)
    report = stores.reports.get("r-1")
    after, review = decided(report, Decision("accept"), TAXONOMY, by="user:a", at=datetime.now(UTC), audited=False)
    decide(stores, "r-1", "reject", note="x")
    with pytest.raises(VersionConflict):
        stores.reviews.decide(after, review, report.version)
    assert stores.reports.get("r-1").status == "rejected"
    assert len(stores.reviews.of("r-1")) == 1


def test_decisions_go_with_their_report(stores: Stores, make_report: MakeReport) -> None:
    stores.reports.put(make_report(), None)
    decide(stores, "r-1", "accept")
    stores.reports.delete("r-1")
    assert list(stores.reviews.all()) == []
    for ask in (stores.reviews.of, stores.reviews.versions):
        with pytest.raises(NotFound):
            ask("r-1")


def test_every_version_says_who_made_it_and_when(stores: Stores, make_report: MakeReport, clock: Any) -> None:
    with acting("key:one"):
        stores.reports.put(make_report(), None)
    first = clock()
    clock.forward(60)
    with acting("user:a"):
        decide(stores, "r-1", "accept")
    clock.forward(60)
    with acting("user:b"):
        stores.reports.put(make_report(text="متن دیگر"), None)
    made = steps(stores.reviews.versions("r-1"))
    assert [(step.version, step.by, (step.at - first).seconds, step.status) for step in made] == [
        (1, "key:one", 0, "pending"),
        (2, "user:a", 60, "accepted"),
        (3, "user:b", 120, "pending"),
    ]
    assert made[0].changed == ()
    assert made[1].decision == "accept"
    assert set(made[2].changed) == {"text", "status", "review"}


def test_a_stamp_is_another_after_every_decision_and_every_deletion(stores: Stores, make_report: MakeReport) -> None:
    assert stores.reviews.stamp() == (0, None)
    for name in ("r-1", "r-2"):
        stores.reports.put(make_report(name), None)
        decide(stores, name, "accept")
    newest = stores.reviews.of("r-2")[0].id
    assert stores.reviews.stamp() == (2, newest)
    stores.reports.delete("r-2")
    _, review = decide(stores, "r-1", "reject", note="گزارش نیست")
    assert stores.reviews.stamp() == (2, review.id)
    assert review.id != newest
