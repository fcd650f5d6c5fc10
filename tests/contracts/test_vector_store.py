"""What a ReportStore promises about vectors and the change log."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from nlp.adapters.stores import Stores
from nlp.errors import VersionConflict
from nlp.ports import Change, ReportStore
from nlp.types import Filters, PassageVector, Report, ReportVectors, Span

MakeReport = Callable[..., Report]
MakeVectors = Callable[..., ReportVectors]
ENCODER = "e" * 64
OTHER = "f" * 64


@pytest.fixture
def store(stores: Stores) -> ReportStore:
    return stores.reports


def replayed(store: ReportStore, encoder: str, after: int = 0, alive: set[int] | None = None) -> set[int]:
    """The vectors that exist, by the change log alone."""
    alive = set() if alive is None else alive
    for change in store.changes(after, encoder):
        (alive.add if change.op == "add" else alive.discard)(change.vector_id)
    return alive


def stored(store: ReportStore, encoder: str) -> set[int]:
    return {i for kind in ("report", "passage") for batch in store.all_vectors(kind, encoder) for i in batch.ids.tolist()}


def test_vectors_come_back_bit_by_bit(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    report = make_report(text="سلام به همه")
    vectors = make_vectors(report.text, passages=3)
    store.put(report, vectors)
    back = store.report_vectors("r-1", ENCODER)
    assert back is not None
    assert back.encoder == ENCODER
    np.testing.assert_array_equal(back.report, vectors.report)
    assert back.report.dtype == np.float32
    assert [passage.span for passage in back.passages] == [passage.span for passage in vectors.passages]
    for one, other in zip(back.passages, vectors.passages, strict=True):
        np.testing.assert_array_equal(one.vector, other.vector)


def test_owners_say_whose_a_vector_is(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    for number in range(2):
        store.put(make_report(f"r-{number}"), make_vectors())
    ids = [*store.vector_ids("report", Filters()).tolist(), *store.vector_ids("passage", Filters()).tolist()]
    owners = store.owners([*ids, 999])
    assert sorted(owners) == sorted(ids)
    assert [list(owners.values()).count(f"r-{number}") for number in range(2)] == [3, 3]


def test_batches_are_by_kind_ascending_and_leave_out_what_is_gone(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    for number in range(5):
        store.put(make_report(f"r-{number}"), make_vectors(seed=number))
    whole = store.vector_ids("report", Filters())
    assert whole.dtype == np.int64
    batch = store.vectors("report", whole[::-1].copy())
    assert batch.ids.tolist() == sorted(whole.tolist())
    np.testing.assert_array_equal(batch.vectors, np.stack([make_vectors(seed=number).report for number in range(5)]))
    assert len(store.vectors("passage", whole).ids) == 0
    store.delete("r-1")
    assert len(store.vectors("report", whole).ids) == 4
    streamed = list(store.all_vectors("passage", ENCODER, batch=3))
    assert [len(batch.ids) for batch in streamed] == [3, 3, 2]
    assert np.concatenate([batch.ids for batch in streamed]).tolist() == store.vector_ids("passage", Filters()).tolist()
    assert list(store.all_vectors("passage", OTHER)) == []


def test_vector_ids_follow_the_filters(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    for province in ("IR-08", "IR-23"):
        store.put(make_report(province, province=province), make_vectors())
    found = store.owners(store.vector_ids("passage", Filters(province="IR-23", domain="addiction")).tolist())
    assert set(found.values()) == {"IR-23"}
    assert len(found) == 2
    assert store.vector_ids("passage", Filters(province="IR-00")).tolist() == []


def test_the_change_log_tells_what_to_add_and_remove(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    store.put(make_report(), make_vectors(passages=1))
    first = store.changes(0, ENCODER)
    assert first == [Change(1, "add", "report", 1), Change(2, "add", "passage", 2)]
    store.put(make_report(text="متن دیگر"), make_vectors(passages=1))
    later = store.changes(2, ENCODER)
    assert [(change.op, change.vector_id) for change in later] == [("remove", 1), ("remove", 2), ("add", 3), ("add", 4)]
    assert [change.seq for change in later] == [3, 4, 5, 6]
    assert store.changes(0, ENCODER) == later
    assert store.changes(4, ENCODER, limit=1) == later[2:3]
    assert store.stats().head == 6
    store.delete("r-1")
    assert replayed(store, ENCODER, 6, {3, 4}) == set()
    assert [change.op for change in store.changes(0, ENCODER)] == ["remove"] * 4


def test_ids_and_seq_are_never_used_twice(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    seen: set[int] = set()
    for _ in range(3):
        store.put(make_report(), make_vectors())
        new = stored(store, ENCODER)
        assert not new & seen
        seen |= new
        head = store.stats().head
        store.delete("r-1")
        assert store.stats().head > head


def test_new_text_without_vectors_keeps_none_of_the_old(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    store.put(make_report(), make_vectors())
    store.replace(make_report(title="عنوان تازه"), None, 1)
    assert store.report_vectors("r-1", ENCODER) is None
    assert replayed(store, ENCODER) == set()


def test_replace_without_vectors_keeps_them(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    store.put(make_report(), make_vectors())
    before = stored(store, ENCODER)
    store.replace(make_report(status="accepted"), None, 1)
    assert stored(store, ENCODER) == before
    store.replace(make_report(status="accepted"), make_vectors(seed=5), 2)
    assert not stored(store, ENCODER) & before
    assert replayed(store, ENCODER) == stored(store, ENCODER)


def test_a_second_encoder_lives_beside_the_first_until_one_is_dropped(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    store.put(make_report(), make_vectors(passages=3))
    first = stored(store, ENCODER)
    with pytest.raises(VersionConflict):
        store.add_vectors("r-1", make_vectors(encoder=OTHER), expected_version=2)
    store.add_vectors("r-1", make_vectors(encoder=OTHER, passages=2), expected_version=1)
    assert store.get("r-1").version == 1
    assert stored(store, ENCODER) == first
    assert len(stored(store, OTHER)) == 3
    assert replayed(store, OTHER) == stored(store, OTHER)
    assert store.stats().passages == 3
    for encoder, passages in ((ENCODER, 3), (OTHER, 2)):
        own = store.report_vectors("r-1", encoder)
        assert own is not None
        assert (own.encoder, len(own.passages)) == (encoder, passages)
    assert store.encoders() == {ENCODER, OTHER}
    assert store.drop_vectors(ENCODER) == 4
    assert replayed(store, ENCODER) == stored(store, ENCODER) == set()
    store.put(make_report(text="دیگر"), None)
    assert stored(store, OTHER) == set()


def test_reports_without_vectors_of_an_encoder_are_named_oldest_first(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    for number in range(4):
        store.put(make_report(id=f"r-{number}"), make_vectors() if number % 2 else None)
    assert store.without_vectors(ENCODER, 10) == ("r-0", "r-2")
    assert store.without_vectors(ENCODER, 1) == ("r-0",)
    assert store.without_vectors(OTHER, 10) == ("r-0", "r-1", "r-2", "r-3")
    store.add_vectors("r-0", make_vectors(), expected_version=1)
    assert store.without_vectors(ENCODER, 10) == ("r-2",)


def test_nothing_is_half_done_when_a_put_fails(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    store.put(make_report(), make_vectors())
    broken = ReportVectors(ENCODER, make_vectors().report, (PassageVector(Span("text", 0, 1, "س"), "no vector"),))  # type: ignore[arg-type]
    before, head = stored(store, ENCODER), store.stats().head
    with pytest.raises(ValueError, match="could not convert"):
        store.put(make_report(text="متن دیگر"), broken)
    assert store.get("r-1") == make_report()
    assert stored(store, ENCODER) == before
    assert store.stats().head == head


def test_thousands_of_ids_at_once(store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors) -> None:
    store.put(make_report(text="م" * 2000), make_vectors("م" * 2000, passages=1200))
    ids = store.vector_ids("passage", Filters())
    assert len(store.vectors("passage", ids).ids) == 1200
    assert len(store.owners(ids.tolist())) == 1200


def test_vectors_of_several_reports_come_at_once(
    store: ReportStore, make_report: MakeReport, make_vectors: MakeVectors
) -> None:
    for number, name in enumerate(("a", "b", "c")):
        store.put(make_report(name, text="سلام به همه"), make_vectors("سلام به همه", seed=number) if name != "c" else None)
    store.add_vectors("b", make_vectors("سلام به همه", seed=7, encoder=OTHER), 1)
    found = store.vectors_of(["b", "c", "a", "gone"], ENCODER)
    assert set(found) == {"a", "b"}
    for name, each in found.items():
        one = store.report_vectors(name, ENCODER)
        assert one is not None
        np.testing.assert_array_equal(each.report, one.report)
        assert [passage.span for passage in each.passages] == [passage.span for passage in one.passages]
    assert not np.array_equal(found["a"].report, found["b"].report)
