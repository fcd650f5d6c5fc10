"""What a ReportStore promises about reports: writing, versions, reading, filters, pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import InvalidInput, NotFound, VersionConflict
from nlp.ports import ReportStore
from nlp.types import Analysis, Filters, NgoRef, Period, Report, ReportVectors, Status

MakeReport = Callable[..., Report]
MakeVectors = Callable[..., ReportVectors]


@pytest.fixture
def store(stores: Stores) -> ReportStore:
    return stores.reports


def test_a_report_comes_back_as_it_was_put(store: ReportStore, make_report: MakeReport) -> None:
    ngo = store.resolve_ngo(NgoRef("انجمن یاری", "۱۲۳"))
    report = make_report(ngo=ngo)
    put = store.put(report, None)
    assert put.outcome == "created"
    assert put.report == report
    assert store.get("r-1") == report


def test_a_bare_report_comes_back_as_it_was_put(store: ReportStore, make_report: MakeReport) -> None:
    empty = dict.fromkeys(["title", "province", "city", "period", "source", "analysis"])
    report = make_report(extra={}, **empty)
    assert store.put(report, None).report == report
    assert store.heads(["r-1"])["r-1"].domains == ()


def test_other_time_zones_mean_the_same_moment(store: ReportStore, make_report: MakeReport) -> None:
    tehran = datetime.fromisoformat("2024-06-01T03:00:00+03:30")
    stored = store.put(make_report(submitted_at=tehran), None).report
    assert stored.submitted_at == tehran
    assert stored.submitted_at.utcoffset() == timedelta(0)


def test_the_same_id_and_text_again_changes_nothing(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    store.put(make_report(), make_vectors())
    head = store.stats().head
    put = store.put(make_report(province="IR-23", analysis=None), make_vectors(seed=9))
    assert put.outcome == "unchanged"
    assert put.report == make_report()
    assert store.stats().head == head


@pytest.mark.parametrize("changes", [{"text": "متن دیگر"}, {"title": None}], ids=["text", "title"])
def test_other_text_makes_a_new_pending_version(store: ReportStore, make_report: MakeReport, changes: dict[str, Any]) -> None:
    first = make_report(status="accepted", review={"decision": "accept"})
    store.put(first, None)
    put = store.put(make_report(status="accepted", **changes), None)
    assert put.outcome == "updated"
    assert put.report == make_report(status="pending", version=2, **changes)
    assert store.history("r-1") == (first,)


def test_replace_changes_a_report_and_keeps_what_it_was(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report(), None)
    accepted = make_report(status="accepted", review={"decision": "accept", "note": "خوب"}, analysis=None)
    assert store.replace(accepted, None, expected_version=1) == dataclasses.replace(accepted, version=2)
    assert store.heads(["r-1"])["r-1"].status == "accepted"
    assert store.list(Filters(domain="addiction"), 5).items == ()
    assert [old.version for old in store.history("r-1")] == [1]


def test_a_lost_update_is_refused(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report(), None)
    store.replace(make_report(city="کرمان"), None, 1)
    for change in (
        lambda: store.replace(make_report(city="سیرجان"), None, 1),
        lambda: store.delete("r-1", expected_version=1),
    ):
        with pytest.raises(VersionConflict):
            change()
    assert store.get("r-1").city == "کرمان"


def test_an_unknown_report_is_not_found(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    for ask in (
        lambda: store.get("x"),
        lambda: store.history("x"),
        lambda: store.replace(make_report("x"), None, 1),
        lambda: store.delete("x"),
        lambda: store.add_vectors("x", make_vectors(), 1),
    ):
        with pytest.raises(NotFound):
            ask()
    assert store.heads(["x"]) == {}
    assert store.report_vectors("x", "any") is None


def test_a_deleted_text_is_nowhere_in_the_files(
    stores: Stores, make_report: MakeReport, make_vectors: MakeVectors, tmp_path: Path
) -> None:
    store, secret = stores.reports, "راز-بسیار-محرمانه"
    store.put(make_report(text=secret * 400), make_vectors())
    store.put(make_report(text=secret * 300), make_vectors())
    store.delete("r-1")
    with pytest.raises(NotFound):
        store.get("r-1")
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes(), file.name
    assert store.stats().reports == 0
    assert store.stats().passages == 0
    assert store.put(make_report(), None).outcome == "created"


def test_half_a_character_is_refused_with_its_field(store: ReportStore, make_report: MakeReport) -> None:
    for field, value in (("text", "a\ud800"), ("title", "\udfff"), ("extra", {"a": "\ud800"})):
        with pytest.raises(InvalidInput) as refused:
            store.put(make_report(**{field: value}), None)
        assert [error.pointer for error in refused.value.errors] == [f"/{field}"]


def test_unusual_texts_survive(store: ReportStore, make_report: MakeReport) -> None:
    text = "ك\u200cي\u0000\u200f\u202e'\"%; 🙂" + "م" * 50_000
    assert store.put(make_report(text=text, title="'); DROP TABLE reports; --"), None).report.text == text


def test_heads_show_the_assigned_domains_most_probable_first(store: ReportStore, make_report: MakeReport) -> None:
    ngo = store.resolve_ngo(NgoRef("الف"))
    for number in range(3):
        store.put(make_report(f"r-{number}", ngo=ngo), None)
    heads = store.heads(["r-2", "r-0", "nobody"])
    assert sorted(heads) == ["r-0", "r-2"]
    assert heads["r-2"].domains == ("addiction", "mental_health")
    assert heads["r-2"].ngo == ngo
    assert heads["r-2"].period == make_report().period


def test_the_same_text_is_found_under_other_ids(store: ReportStore, make_report: MakeReport) -> None:
    for report_id, text in (("b", "یک"), ("a", "یک"), ("c", "دو")):
        store.put(make_report(report_id, text=text), None)
    assert store.same_text("یک") == ("b", "a")
    assert store.same_text("سه") == ()


@pytest.fixture
def filled(store: ReportStore, make_report: MakeReport, make_analysis: Callable[..., Analysis]) -> ReportStore:
    rows: list[tuple[str, str, Status, Analysis | None, str | None, Period | None]] = [
        (
            "a",
            "IR-08",
            "pending",
            make_analysis("addiction", groups=("health",)),
            "یک",
            Period(date(2023, 1, 1), date(2023, 6, 30)),
        ),
        (
            "b",
            "IR-23",
            "accepted",
            make_analysis("livelihood", needs_review=True),
            "دو",
            Period(date(2023, 6, 30), date(2024, 1, 1)),
        ),
        ("c", "IR-23", "pending", make_analysis(groups=("health",)), None, None),
        ("d", "IR-08", "rejected", None, "یک", Period(date(2024, 5, 1), None)),
        ("e", "IR-01", "pending", make_analysis("addiction", "livelihood"), None, Period(None, date(2022, 1, 1))),
    ]
    for hour, (report_id, province, status, analysed, ngo, period) in enumerate(rows):
        store.put(
            make_report(
                report_id,
                province=province,
                status=status,
                analysis=analysed,
                ngo=store.resolve_ngo(NgoRef(ngo)) if ngo else None,
                period=period,
                submitted_at=datetime(2024, 1, 1, hour, tzinfo=UTC),
            ),
            None,
        )
    return store


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "abcde"),
        (Filters(domain="addiction"), "ae"),
        (Filters(domain="not_assigned"), ""),
        (Filters(domain="health"), ""),
        (Filters(group="health"), "ac"),
        (Filters(province="IR-23"), "bc"),
        (Filters(status="pending"), "ace"),
        (Filters(needs_review=True), "b"),
        (Filters(needs_review=False), "ace"),
        (Filters(since=date(2023, 6, 30)), "abd"),
        (Filters(since=date(2023, 7, 1)), "bd"),
        (Filters(until=date(2023, 6, 29)), "ae"),
        (Filters(until=date(2023, 6, 30)), "abe"),
        (Filters(since=date(2024, 1, 2), until=date(2024, 4, 30)), ""),
        (Filters(since=date(2030, 1, 1)), "d"),
        (Filters(ngo="no such"), ""),
        (Filters(domain="addiction", province="IR-01"), "e"),
    ],
)
def test_filters_keep_what_matches(filled: ReportStore, filters: Filters, expected: str) -> None:
    assert "".join(report.id for report in filled.iterate(filters)) == expected
    assert "".join(report.id for report in filled.list(filters, 50).items) == expected[::-1]


def test_the_ngo_filter_takes_an_id(filled: ReportStore) -> None:
    ngo = filled.resolve_ngo(NgoRef("یک"))
    assert [report.id for report in filled.list(Filters(ngo=ngo.id), 50).items] == ["d", "a"]


def test_pages_hold_each_report_once_even_when_times_are_equal_and_others_come_in(
    store: ReportStore, make_report: MakeReport
) -> None:
    for number in range(7):
        store.put(make_report(f"r-{number}", submitted_at=datetime(2024, 1, 1 + number // 3, tzinfo=UTC)), None)
    page = store.list(Filters(), 3)
    seen = [report.id for report in page.items]
    store.put(make_report("newer", submitted_at=datetime(2025, 1, 1, tzinfo=UTC)), None)
    while page.next:
        page = store.list(Filters(), 3, page.next)
        seen.extend(report.id for report in page.items)
    assert seen == [f"r-{number}" for number in reversed(range(7))]


def test_a_last_page_that_is_full_has_no_next(store: ReportStore, make_report: MakeReport) -> None:
    for number in range(4):
        store.put(make_report(f"r-{number}"), None)
    first = store.list(Filters(), 2)
    assert first.next is not None
    assert store.list(Filters(), 2, first.next).next is None


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "é", "bnVsbA", "W10", "WzEsMl0", "WyIyMDI0LTAxLTAxIiwgIngiXQ", "a" * 9999])
def test_a_foreign_cursor_is_refused(store: ReportStore, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        store.list(Filters(), 2, cursor)


def test_iterating_survives_changes_in_between(store: ReportStore, make_report: MakeReport) -> None:
    for number in range(1100):
        store.put(
            make_report(f"r-{number:04}", submitted_at=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=number)), None
        )
    seen = []
    for report in store.iterate(Filters()):
        seen.append(report.id)
        if len(seen) == 1:
            store.delete("r-0900")
            store.put(make_report("late", submitted_at=datetime(2030, 1, 1, tzinfo=UTC)), None)
    assert seen == [f"r-{number:04}" for number in range(1100) if number != 900]


def test_domains_are_counted_by_province(store: ReportStore, make_report: MakeReport) -> None:
    ngos = [store.resolve_ngo(NgoRef(name)) for name in ("الف", "ب")]
    for number, (ngo, province) in enumerate(((0, "IR-08"), (0, "IR-08"), (1, "IR-08"), (1, "IR-23"), (1, None))):
        store.put(make_report(f"r-{number}", ngo=ngos[ngo], province=province), None)
    store.put(make_report("alone", ngo=None, province="IR-23"), None)
    counted = set(store.domain_counts(Filters()))
    assert counted == {(code, *rest) for code in ("addiction", "mental_health") for rest in (("IR-08", 3, 2), ("IR-23", 2, 1))}
    assert set(store.domain_counts(Filters(ngo=ngos[0].id))) == {
        (code, "IR-08", 2, 1) for code in ("addiction", "mental_health")
    }
    assert store.domain_counts(Filters(domain="nothing")) == []
    assert set(store.province_counts(Filters())) == {("IR-08", 3, 2), ("IR-23", 2, 1)}
    assert store.province_counts(Filters(ngo=ngos[0].id)) == [("IR-08", 2, 1)]
    assert store.province_counts(Filters(domain="nothing")) == []
    assert [store.count(Filters()), store.count(Filters(province="IR-23"))] == [6, 2]


def test_the_first_and_the_last_day_of_all_periods_are_known(store: ReportStore, make_report: MakeReport) -> None:
    assert store.days(Filters()) == Period(None, None)
    for number, period in enumerate((Period(date(2023, 5, 1), None), Period(date(2022, 3, 21), date(2023, 3, 20)), None)):
        store.put(make_report(f"r-{number}", period=period), None)
    assert store.days(Filters()) == Period(date(2022, 3, 21), date(2023, 5, 1))
