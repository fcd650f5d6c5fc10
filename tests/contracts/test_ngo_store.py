"""What a ReportStore promises about NGOs: matching, creating, merging."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from nlp.adapters.stores import Stores
from nlp.adapters.stores.names import fold_name, fold_registration
from nlp.errors import InvalidInput, NotFound
from nlp.ports import ReportStore
from nlp.types import Filters, Ngo, NgoRef, Report

MakeReport = Callable[..., Report]


@pytest.fixture
def store(stores: Stores) -> ReportStore:
    return stores.reports


@pytest.mark.parametrize(
    "spelling",
    [
        "مؤسسه نیکوکاری یاری‌گران کوشا ۲",
        "مؤسسهٔ نیکوکاری یاری گران کوشا 2",
        "  موسسه  نیکوکاری یاریگران کوشا ٢ ",
        "مۇسسه نيكوكاري «یاری‌گران» كوشا ۲".replace("ۇ", "ؤ"),
        "مُؤسسه نیکـــوکاری یاری‌گران کوشا ۲",
    ],
)
def test_spellings_of_one_name_lead_to_one_ngo(store: ReportStore, spelling: str) -> None:
    ngo = store.resolve_ngo(NgoRef("موسسه نیکوکاری یاری‌گران کوشا ۲"))
    assert store.resolve_ngo(NgoRef(spelling)) == ngo
    assert store.stats().ngos == 1


def test_another_name_is_another_ngo(store: ReportStore) -> None:
    assert store.resolve_ngo(NgoRef("یاری ۱")) != store.resolve_ngo(NgoRef("یاری ۲"))
    assert [ngo.name for ngo in store.all_ngos()] == ["یاری ۱", "یاری ۲"]


def test_the_registration_number_goes_before_the_name(store: ReportStore) -> None:
    ngo = store.resolve_ngo(NgoRef("الف", "۱۲ ۳۴"))
    assert ngo.registration_number == "1234"
    assert store.resolve_ngo(NgoRef("ب", "1234")) == ngo
    assert store.resolve_ngo(NgoRef(None, "١٢٣٤")) == ngo
    assert store.resolve_ngo(NgoRef("الف")) == ngo


def test_a_known_name_takes_over_its_first_registration_number(store: ReportStore) -> None:
    plain = store.resolve_ngo(NgoRef("الف"))
    assert store.resolve_ngo(NgoRef("الف", "7")) == Ngo(plain.id, "الف", "7")
    assert store.ngo(plain.id).registration_number == "7"


def test_the_same_name_with_another_registration_number_is_another_ngo(store: ReportStore) -> None:
    first, second = store.resolve_ngo(NgoRef("الف", "1")), store.resolve_ngo(NgoRef("الف", "2"))
    assert first.id != second.id
    assert store.resolve_ngo(NgoRef("الف")) == first
    assert store.resolve_ngo(NgoRef("الف", "2")) == second


def test_an_id_must_exist(store: ReportStore) -> None:
    ngo = store.resolve_ngo(NgoRef("الف"))
    assert store.resolve_ngo(NgoRef(id=ngo.id)) == ngo
    for ask in (
        lambda: store.resolve_ngo(NgoRef("الف", id="x")),
        lambda: store.ngo("x"),
        lambda: store.merge_ngos(ngo.id, "x"),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("ref", [NgoRef(), NgoRef(" ‌ "), NgoRef("«»"), NgoRef(None, "99"), NgoRef("a\ud800")])
def test_an_ngo_needs_a_name(store: ReportStore, ref: NgoRef) -> None:
    with pytest.raises(InvalidInput):
        store.resolve_ngo(ref)
    assert store.stats().ngos == 0


def test_a_report_brings_an_ngo_that_the_store_does_not_know(store: ReportStore, make_report: MakeReport) -> None:
    foreign = Ngo("01ARZ3NDEKTSV4RRFFQ69G5FAV", "الف", "5")
    assert store.put(make_report(ngo=foreign), None).report.ngo == foreign
    known = store.resolve_ngo(NgoRef("ب"))
    assert store.put(make_report("r-2", ngo=Ngo("01ARZ3NDEKTSV4RRFFQ69G5FAA", " ب")), None).report.ngo == known
    assert store.stats().ngos == 2


def test_a_merge_moves_reports_names_numbers_ids_and_keys(stores: Stores, make_report: MakeReport) -> None:
    store = stores.reports
    keep, drop, older = (store.resolve_ngo(ref) for ref in (NgoRef("الف"), NgoRef("ب", "5"), NgoRef("پ")))
    store.put(make_report(ngo=drop), None)
    _, secret = stores.keys.create("k", frozenset({"submit"}), drop.id)
    store.merge_ngos(drop.id, older.id)
    merged = store.merge_ngos(keep.id, drop.id)
    assert merged == Ngo(keep.id, "الف", "5")
    assert store.get("r-1").ngo == merged
    for ref in (NgoRef("ب"), NgoRef("پ"), NgoRef(None, "5"), NgoRef(id=drop.id), NgoRef(id=older.id)):
        assert store.resolve_ngo(ref) == merged
    assert [report.id for report in store.iterate(Filters(ngo=drop.id))] == ["r-1"]
    assert store.put(make_report("r-2", ngo=drop), None).report.ngo == merged
    authenticated = stores.keys.authenticate(secret)
    assert authenticated is not None
    assert authenticated.ngo == keep.id
    assert store.all_ngos() == (merged,)
    assert store.stats().ngos == 1


def test_merging_an_ngo_with_itself_or_twice_changes_nothing(store: ReportStore) -> None:
    keep, drop = store.resolve_ngo(NgoRef("الف", "1")), store.resolve_ngo(NgoRef("ب", "2"))
    assert store.merge_ngos(keep.id, keep.id) == keep
    assert store.merge_ngos(keep.id, drop.id) == keep
    assert store.merge_ngos(keep.id, drop.id) == keep
    assert store.merge_ngos(drop.id, keep.id) == keep
    assert store.resolve_ngo(NgoRef(None, "2")) == keep


def test_folded_keys() -> None:
    assert fold_name("«انجمنِ يارى‌گران» (NGO) ٢") == "انجمنیاریگرانngo2"
    assert fold_registration(" ۱۲‌/ ۳٤ ") == "12/34"


def test_a_stamp_is_another_one_as_soon_as_a_report_is(store: ReportStore, make_report: MakeReport) -> None:
    one, other = (store.resolve_ngo(NgoRef(name)) for name in ("الف", "ب"))
    seen: list[str | None] = []

    def stamp() -> str | None:
        found = store.ngo_stamps([one.id, other.id])
        assert other.id not in found
        return found.get(one.id)

    seen.append(stamp())
    first = store.put(make_report("a", ngo=one), None).report
    seen.append(stamp())
    store.put(make_report("b", ngo=one), None)
    seen.append(stamp())
    store.replace(dataclasses.replace(first, city="قم"), None, 1)
    seen.append(stamp())
    assert stamp() == seen[-1]
    store.delete("b")
    seen.append(stamp())
    assert len(set(seen)) == len(seen)
