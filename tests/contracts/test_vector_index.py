"""What every VectorIndex promises; the exact one is the oracle whose ids and cosines the others must give."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from nlp.adapters.indexes import ExactConfig, FaissConfig, IndexConfig, open_index
from nlp.adapters.indexes.exact import ExactIndex
from nlp.adapters.indexes.faiss import FaissIndex
from nlp.errors import IndexRefused
from nlp.ports import VectorIndex
from nlp.types import FloatArray, IntArray

DIMENSION = 8
Opener = Callable[[int], VectorIndex]


@pytest.fixture(params=[ExactConfig(), FaissConfig()], ids=lambda config: config.kind)
def opened(request: pytest.FixtureRequest) -> Opener:
    return lambda dimension: open_index(request.param, dimension)


def unit(rows: int, dimension: int = DIMENSION, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids(*values: int) -> IntArray:
    return np.array(values, np.int64)


def test_an_empty_index_finds_nothing(opened: Opener) -> None:
    found, cosines = opened(DIMENSION).search(unit(2), 3)
    assert found.tolist() == [[-1] * 3] * 2
    assert np.isneginf(cosines).all()


def test_the_nearest_come_first_with_their_cosine(opened: Opener) -> None:
    index, vectors = opened(DIMENSION), unit(50)
    index.add(np.arange(100, 150), vectors)
    found, cosines = index.search(vectors[[7, 9]], 5)
    assert found.dtype == np.int64
    assert cosines.dtype == np.float32
    assert found[:, 0].tolist() == [107, 109]
    expected = vectors[[7, 9]] @ vectors.T
    np.testing.assert_allclose(cosines, np.sort(expected, axis=1)[:, ::-1][:, :5], atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(expected, found - 100, axis=1), cosines, atol=1e-5)


def test_it_says_what_it_holds(opened: Opener) -> None:
    index = opened(DIMENSION)
    assert index.ids().tolist() == []
    index.add(ids(4, 2, 9), unit(3))
    index.remove(ids(2))
    assert sorted(index.ids().tolist()) == [4, 9]


def test_more_than_there_are_is_filled_with_minus_one(opened: Opener) -> None:
    index = opened(DIMENSION)
    index.add(ids(4, 2), unit(2))
    found, cosines = index.search(unit(1), 4)
    assert found[0].tolist() == [4, 2, -1, -1]
    assert np.isneginf(cosines[0, 2:]).all()


def test_an_id_that_is_there_is_replaced_and_the_last_of_two_counts(opened: Opener) -> None:
    index, vectors = opened(DIMENSION), unit(4)
    index.add(ids(1, 2), vectors[:2])
    index.add(ids(2, 3, 3), vectors[1:])
    assert len(index) == 3
    found, cosines = index.search(vectors[[1, 3]], 1)
    assert found[:, 0].tolist() == [2, 3]
    np.testing.assert_allclose(cosines[:, 0], 1, atol=1e-5)


def test_what_was_removed_is_not_found_and_unknown_ids_are_ignored(opened: Opener) -> None:
    index, vectors = opened(DIMENSION), unit(5)
    index.add(np.arange(5), vectors)
    index.remove(ids(0, 3, 99))
    assert len(index) == 3
    assert sorted(index.search(vectors[:1], 5)[0][0].tolist()) == [-1, -1, 1, 2, 4]


@pytest.mark.parametrize("far", [0, 1 << 40], ids=["small ids", "huge ids"])
def test_the_filter_comes_before_the_ranking(opened: Opener, far: int) -> None:
    index, vectors = opened(DIMENSION), unit(200)
    index.add(np.arange(200) + far, vectors)
    worst = np.argsort(vectors @ vectors[0])[:3].astype(np.int64) + far
    found, cosines = index.search(vectors[:1], 5, np.append(worst, far + 5_000))
    assert found[0, :3].tolist() == worst[::-1].tolist()
    assert found[0, 3:].tolist() == [-1, -1]
    np.testing.assert_allclose(cosines[0, :3], (vectors @ vectors[0])[found[0, :3] - far], atol=1e-5)


def test_a_filter_that_allows_nothing_finds_nothing(opened: Opener) -> None:
    index = opened(DIMENSION)
    index.add(np.arange(5), unit(5))
    assert index.search(unit(1), 2, ids())[0].tolist() == [[-1, -1]]
    assert index.search(unit(1), 2, ids(77))[0].tolist() == [[-1, -1]]


def test_no_rows_change_nothing(opened: Opener) -> None:
    index = opened(DIMENSION)
    index.add(ids(), np.empty((0, 0), np.float32))
    index.remove(ids())
    assert len(index) == 0
    assert index.search(np.empty((0, DIMENSION), np.float32), 3)[0].shape == (0, 3)


def test_what_is_saved_is_loaded_again(opened: Opener, tmp_path: Path) -> None:
    index, vectors = opened(DIMENSION), unit(30)
    index.add(np.arange(30) * 7, vectors)
    index.remove(ids(7))
    index.save(tmp_path / "new" / "index")
    again = opened(DIMENSION)
    again.add(ids(1), unit(1))
    again.load(tmp_path / "new" / "index")
    assert len(again) == 29
    np.testing.assert_array_equal(again.search(vectors, 5)[0], index.search(vectors, 5)[0])
    again.add(ids(7), vectors[1:2])
    assert again.search(vectors[1:2], 1)[0].tolist() == [[7]]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["index"]


def test_a_failed_save_leaves_the_old_file(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with pytest.raises(OSError, match="irectory"):
        opened(DIMENSION).save(tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "garbage", "dimension"])
def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(opened: Opener, tmp_path: Path, damage: str) -> None:
    path, index = tmp_path / "index", opened(DIMENSION)
    other = opened(DIMENSION + 1 if damage == "dimension" else DIMENSION)
    other.add(np.arange(20), unit(20, other.dimension))
    other.save(path)
    if damage == "missing":
        path.unlink()
    elif damage != "dimension":
        path.write_bytes({"empty": b"", "cut": path.read_bytes()[:-100], "garbage": b"\x93NUMPY" * 99}[damage])
    index.add(ids(3), unit(1))
    with pytest.raises(IndexRefused):
        index.load(path)
    assert index.search(unit(1), 1)[0].tolist() == [[3]]


def test_removing_a_handful_of_many_takes_milliseconds(opened: Opener) -> None:
    index = opened(64)
    index.add(np.arange(100_000), np.zeros((100_000, 64), np.float32))
    times = []
    for first in range(3):
        started = time.perf_counter()
        index.remove(ids(first, 50_000 + first, 99_999 - first))
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05
    assert len(index) == 99_991


Step = tuple[str, list[int], int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "search", "filter"]), st.lists(st.integers(0, 40), max_size=8), st.integers(1, 50)
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(steps=steps)
def test_faiss_answers_like_the_oracle_after_any_changes(steps: list[Step]) -> None:
    index, oracle = open_index(FaissConfig(), DIMENSION), ExactIndex(DIMENSION)
    for number, (action, chosen, k) in enumerate(steps):
        if action == "add":
            vectors = unit(len(chosen), seed=number) if chosen else np.empty((0, DIMENSION), np.float32)
            index.add(ids(*chosen), vectors)
            oracle.add(ids(*chosen), vectors)
        elif action == "remove":
            index.remove(ids(*chosen))
            oracle.remove(ids(*chosen))
        else:
            allowed = ids(*chosen) if action == "filter" else None
            found, cosines = index.search(unit(3, seed=999), k, allowed)
            expected, values = oracle.search(unit(3, seed=999), k, allowed)
            np.testing.assert_array_equal(found, expected)
            np.testing.assert_allclose(cosines, values, atol=1e-5)
        assert len(index) == len(oracle)


def test_past_its_size_faiss_keeps_lists_and_still_finds_and_forgets(tmp_path: Path) -> None:
    centres = unit(60, 32, seed=1)
    vectors = np.repeat(centres, 50, axis=0) + 0.1 * np.random.default_rng(2).standard_normal((3000, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FaissIndex(32, flat_up_to=2000)
    for start in range(0, 3000, 500):
        index.add(np.arange(start, start + 500), vectors[start : start + 500])
    assert not index.is_flat
    index.add(ids(0, 1), vectors[[10, 11]])
    index.remove(np.arange(100))
    index.remove(ids(0, 9999))
    assert len(index) == 2900
    assert sorted(index.ids().tolist()) == list(range(100, 3000))
    queries, some = vectors[200:300], np.arange(150, 400)
    for allowed, among in ((None, np.arange(100, 3000)), (some, some)):
        found, cosines = index.search(queries, 10, allowed)
        expected = among[np.argsort(-(queries @ vectors[among].T), axis=1)[:, :10]]
        shared = [len(set(one) & set(two)) for one, two in zip(found.tolist(), expected.tolist(), strict=True)]
        assert np.mean(shared) > 9.5
        np.testing.assert_allclose(cosines[:, 0], (queries * vectors[found[:, 0]]).sum(axis=1), atol=2e-3)
    index.save(tmp_path / "lists")
    again = FaissIndex(32)
    again.load(tmp_path / "lists")
    assert (len(again), again.is_flat) == (2900, False)
    np.testing.assert_array_equal(again.search(queries, 5)[0], index.search(queries, 5)[0])
    again.remove(np.arange(2000))
    assert len(again) == 1000


def test_an_unknown_kind_or_key_is_refused() -> None:
    adapter: TypeAdapter[ExactConfig | FaissConfig] = TypeAdapter(IndexConfig)
    assert adapter.validate_python({"kind": "faiss"}) == FaissConfig()
    for wrong in ({"kind": "annoy"}, {"kind": "exact", "threads": 2}):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
