"""What a QueueStore promises: an order that nothing shakes, one holder a report, and quick answers over many reports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from nlp.adapters.stores import Stores
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.tables import reports, review_queue
from nlp.errors import Claimed, InvalidInput, NotFound
from nlp.types import Filters, Report, ReviewReason
from tests.contracts.conftest import analysis_of
from tests.contracts.test_review_store import decide
from tests.contracts.test_store_processes import process, ready

MakeReport = Callable[..., Report]
ALL = Filters()


def put(stores: Stores, make_report: MakeReport, report_id: str, *reasons: ReviewReason, domains: int = 1) -> None:
    names = tuple(f"d{number}" for number in range(domains))  # the more, the less sure the last one
    analysis = replace(analysis_of(*names), review_reasons=reasons, needs_review=bool(reasons))
    stores.reports.put(make_report(report_id, text=f"متن {report_id}", analysis=analysis), None)


def ids(stores: Stores, share: float = 0.0, filters: Filters = ALL) -> list[str]:
    return [each.report.id for each in stores.queue.waiting(filters, share, 100).items]


def test_reason_then_doubt_then_age_decide(stores: Stores, make_report: MakeReport, clock: Any) -> None:
    for name, reasons, domains in (
        ("sure", (), 1),
        ("poor", ("too_short",), 4),
        ("young", ("near_threshold",), 2),
        ("doubtful", ("low_confidence",), 4),
        ("copy", ("possible_duplicate", "near_threshold"), 1),
        ("younger", ("out_of_scope",), 2),
    ):
        put(stores, make_report, name, *reasons, domains=domains)
        clock.forward(1)
    assert ids(stores) == ["copy", "doubtful", "young", "younger", "poor"]
    assert ids(stores, share=1.0)[-1] == "sure"
    found = stores.queue.waiting(ALL, 1.0, 100).items
    assert [each.reasons for each in found] == [
        ("possible_duplicate", "uncertain"),
        ("uncertain",),
        ("uncertain",),
        ("uncertain",),
        ("poor_text",),
        ("random_audit",),
    ]
    assert found[1].uncertainty == 0.8
    assert found[0].report == stores.reports.heads(["copy"])["copy"]
    assert ids(stores, filters=Filters(domain="d3")) == ["doubtful", "poor"]


def test_pages_follow_each_other(stores: Stores, make_report: MakeReport) -> None:
    for number in range(7):
        put(stores, make_report, f"r-{number}", "too_short")
    seen, cursor = [], None
    while True:
        page = stores.queue.waiting(ALL, 0.0, 3, cursor)
        seen += [each.report.id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [f"r-{number}" for number in range(7)]
    for wrong in ("x", "W10", "WzEsMl0"):
        with pytest.raises(InvalidInput):
            stores.queue.waiting(ALL, 0.0, 3, wrong)


def test_a_decision_ends_the_wait_and_new_text_begins_it_again(stores: Stores, make_report: MakeReport, clock: Any) -> None:
    put(stores, make_report, "r-1", "too_short")
    stores.queue.claim("r-1", "user:a", 60)
    decide(stores, "r-1", "accept")
    assert ids(stores, 1.0) == []
    assert stores.queue.claim("r-1", "user:b", 60).by == "user:b"
    stores.queue.release("r-1", "user:b")
    clock.forward(60)
    stores.reports.put(make_report("r-1", text="متن دیگر"), None)
    (found,) = stores.queue.waiting(ALL, 1.0, 5).items
    assert (found.since, found.claim) == (clock(), None)


def test_reviewers_who_differ_bring_a_report_back_until_most_agree(stores: Stores, make_report: MakeReport) -> None:
    put(stores, make_report, "r-1", "too_short")
    decide(stores, "r-1", "accept", by="user:a")
    decide(stores, "r-1", "correct", by="user:b", domains=("livelihood",))
    (found,) = stores.queue.waiting(ALL, 0.0, 5).items
    assert (found.reasons, found.report.status) == (("conflicting",), "corrected")
    decide(stores, "r-1", "accept", by="user:c")
    assert ids(stores) == []


def test_duplicates_that_were_decided_differently_are_in_conflict(stores: Stores, make_report: MakeReport) -> None:
    for name in ("one", "other"):
        put(stores, make_report, name)
    decide(stores, "one", "accept")
    decide(stores, "other", "correct", domains=("livelihood",))
    assert ids(stores) == []
    stores.reports.judge_pair("one", "other", duplicate=True, by=None)
    assert set(ids(stores)) == {"one", "other"}
    decide(stores, "one", "accept", by="user:b")
    assert set(ids(stores)) == {"one", "other"}
    stores.reports.judge_pair("one", "other", duplicate=False, by=None)
    assert ids(stores) == []


def test_one_holds_a_report_until_the_claim_runs_out(stores: Stores, make_report: MakeReport, clock: Any) -> None:
    put(stores, make_report, "r-1", "too_short")
    put(stores, make_report, "r-2", "too_short")
    claim = stores.queue.claim("r-1", "user:a", 60)
    assert claim.until == clock() + timedelta(seconds=60)
    for refused in (
        lambda: stores.queue.claim("r-1", "user:b", 60),
        lambda: stores.queue.release("r-1", "user:b"),
        lambda: decide(stores, "r-1", "accept", by="user:b"),
    ):
        with pytest.raises(Claimed) as error:
            refused()
        assert error.value.claim == claim
    assert stores.reviews.of("r-1") == ()
    assert [each.claim for each in stores.queue.waiting(ALL, 0.0, 5).items] == [claim, None]
    assert [(each := stores.queue.next(ALL, 0.0, who)) and each.report.id for who in ("user:a", "user:b")] == ["r-1", "r-2"]
    for after, found in (("r-1", "r-2"), ("r-2", None), ("unknown", "r-1")):
        following = stores.queue.next(ALL, 0.0, "user:a", after)
        assert (following and following.report.id) == found
    clock.forward(30)
    assert stores.queue.claim("r-1", "user:a", 60).until == clock() + timedelta(seconds=60)
    clock.forward(60)
    assert stores.queue.waiting(ALL, 0.0, 5).items[0].claim is None
    assert stores.queue.claim("r-1", "user:b", 60).by == "user:b"
    stores.queue.release("r-1", "user:b")
    assert stores.queue.claim("r-1", "user:a", 60).by == "user:a"
    for unknown in (lambda: stores.queue.claim("x", "user:a", 60), lambda: stores.queue.release("x", "user:a")):
        with pytest.raises(NotFound):
            unknown()


def test_of_many_threads_one_gets_the_claim(stores: Stores, make_report: MakeReport) -> None:
    put(stores, make_report, "r-1")
    barrier = threading.Barrier(8)

    def claim(number: int) -> bool:
        barrier.wait(10)
        try:
            stores.queue.claim("r-1", f"user:{number}", 60)
        except Claimed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


def test_two_processes_share_the_claims_out(stores: Stores, make_report: MakeReport, url: str) -> None:
    for number in range(30):
        put(stores, make_report, f"c-{number}")
    with process(url, "claim", "user:a") as one, process(url, "claim", "user:b") as two:
        for child in (one, two):
            ready(child)
        for child in (one, two):
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
        got = [set(child.communicate(timeout=30)[0].split()) for child in (one, two)]
    assert got[0] | got[1] == {f"c-{number}" for number in range(30)}
    assert not got[0] & got[1]


def test_ten_thousand_waiting_reports_are_no_burden(stores: Stores, url: str) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC)
    common = {"version": 1, "status": "pending", "submitted_at": now, "created_at": now, "updated_at": now, "extra": {}}
    database = Database(url)
    with database.writing() as connection:
        rows = [{**common, "id": f"r-{n}", "text_sha256": str(n), "text": "متن " * 500} for n in range(10_000)]
        connection.execute(insert(reports), rows)
        places = [
            {"report_pk": n + 1, "rank": n % 5, "sureness": n % 7 / 7, "since": now, "draw": n / 10_000, "reasons": ""}
            for n in range(10_000)
        ]
        connection.execute(insert(review_queue), places)
    database.close()
    cursor = stores.queue.waiting(ALL, 0.05, 20).next
    begin = time.perf_counter()
    for _ in range(10):
        assert stores.queue.next(ALL, 0.05, "user:a")
        assert len(stores.queue.waiting(ALL, 0.05, 20, cursor).items) == 20
    assert (time.perf_counter() - begin) / 20 < 0.05


def test_those_who_wait_are_counted_by_their_most_urgent_reason(stores: Stores, make_report: MakeReport) -> None:
    put(stores, make_report, "sure")
    put(stores, make_report, "copy", "possible_duplicate", "too_short")
    put(stores, make_report, "short", "too_short")
    put(stores, make_report, "short2", "too_short")
    assert stores.queue.counts(ALL, 0.0) == {"possible_duplicate": 1, "poor_text": 2}
    assert stores.queue.counts(ALL, 1.0) == {"possible_duplicate": 1, "poor_text": 2, "random_audit": 1}
    assert stores.queue.counts(Filters(province="IR-23"), 1.0) == {}


def test_a_holder_is_told_until_the_claim_runs_out(stores: Stores, make_report: MakeReport, clock: Any) -> None:
    put(stores, make_report, "short", "too_short")
    assert stores.queue.holder("short") is None
    claim = stores.queue.claim("short", "user:sara", 60)
    assert stores.queue.holder("short") == claim
    clock.forward(61)
    assert stores.queue.holder("short") is None
    assert stores.queue.holder("none") is None
