"""FAISS over unit vectors: flat, with exact answers, while the index is small; then inverted lists of half-precision vectors.

Flat: 1,536 bytes a vector of 384 numbers, about 12 ms a query at 100,000. Inverted lists (IVF, Jégou et al. 2011): 770 bytes a
vector, so 0.8 GB a million; 2 √n lists, of which `PROBED` are read, or more where a filter leaves few vectors in each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from nlp.adapters.indexes.files import replaced
from nlp.errors import IndexRefused
from nlp.types import FloatArray, IntArray

FLAT_UP_TO = 200_000
PROBED = 64
_SAMPLE_PER_LIST = 64
_GROWTH = 4
"""Lists are drawn anew when there are so many times as many vectors as when they were drawn."""
_BITMAP_IDS = 1 << 27
"""A filter is a bitmap (16 MiB at most) while its ids stay below this, a hash set above: the bitmap is half again as fast."""


class FaissIndex:
    """Ids are not negative. Searches may run together, but not beside a change: the caller holds a lock."""

    def __init__(self, dimension: int, flat_up_to: int = FLAT_UP_TO) -> None:
        self.dimension = dimension
        self._flat_up_to = flat_up_to
        self._listed_at = 0
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def is_flat(self) -> bool:
        """Whether every answer is exact."""
        return isinstance(self._index, faiss.IndexIDMap2)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """ids: (n,), vectors: (n, dimension), unit length. An id that is there already is replaced. Past `flat_up_to` the index
        turns into inverted lists; that takes some ten seconds, and again when it has grown much."""
        if not len(ids):
            return
        if not self.is_flat or np.isin(ids, self._ids()).any():
            self.remove(ids)
        last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
        rows = slice(None) if len(last) == len(ids) else np.sort(last)
        self._index.add_with_ids(np.ascontiguousarray(vectors[rows], np.float32), np.ascontiguousarray(ids[rows], np.int64))
        if len(self) > (self._flat_up_to if self.is_flat else _GROWTH * self._listed_at):
            self._index = self._listed()

    def remove(self, ids: IntArray) -> None:
        """Ids that are not there are ignored."""
        if not len(ids):
            return
        wanted = np.ascontiguousarray(ids, np.int64)
        self._index.remove_ids(faiss.IDSelectorBatch(wanted) if self.is_flat else faiss.IDSelectorArray(wanted))

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """Ids and cosines, both (len(queries), k), best first; missing places hold -1 and -inf."""
        if not len(self) or not len(queries) or k < 1 or (allowed is not None and not len(allowed)):
            return np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32)
        found, ids = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=self._parameters(k, allowed))
        found[ids == -1] = -np.inf
        return ids, found

    def ids(self) -> IntArray:
        """The ids that are in it, in any order. Shape: (n,)."""
        if self.is_flat:
            return self._ids()
        lists = self._index.invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(n), lists.list_size(n)).copy() for n in range(lists.nlist) if lists.list_size(n)
        ]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def save(self, path: Path) -> None:
        """Write one file, replaced atomically."""
        with replaced(path) as partial:
            faiss.write_index(self._index, str(partial))

    def load(self, path: Path) -> None:
        """Replace the contents. :raises IndexRefused: the file is missing, damaged or of another kind or dimension."""
        try:
            index = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:
            raise IndexRefused("فایل نمایه خراب است.", detail=f"{path}: {error}") from error
        if isinstance(index, faiss.IndexIVFScalarQuantizer) and index.d == self.dimension:
            if int(np.sum([index.get_list_size(n) for n in range(index.nlist)])) != index.ntotal:
                raise IndexRefused("فایل نمایه ناقص است.", detail=f"{path}: lists without all of {index.ntotal} vectors")
            self._index = _with_ids(index)
            self._listed_at = max(self._flat_up_to, (index.nlist // 2) ** 2)
            return
        flat = faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap2) else None
        if not isinstance(index, faiss.IndexIDMap2) or not isinstance(flat, faiss.IndexFlatIP) or flat.d != self.dimension:
            raise IndexRefused("فایل نمایه از نوع دیگری است.", detail=f"{path}: {type(index).__name__} of {index.d} numbers")
        ids = faiss.vector_to_array(index.id_map)
        stored = flat.codes.size() // flat.code_size
        if not index.ntotal == flat.ntotal == stored == len(ids) == len(np.unique(ids)):
            raise IndexRefused("فایل نمایه ناقص است.", detail=f"{path}: {len(ids)} ids for {stored} of {index.ntotal} vectors")
        self._index = index

    def _ids(self) -> IntArray:
        ids: IntArray = faiss.vector_to_array(self._index.id_map)
        return ids

    def _listed(self) -> Any:
        """The same contents in lists that fit their number."""
        ids, vectors = self._contents()
        self._listed_at = len(vectors)
        lists = max(1, int(2 * np.sqrt(len(vectors))))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(self.dimension), self.dimension, lists, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        sample = np.random.default_rng(0).permutation(len(vectors))[: lists * _SAMPLE_PER_LIST]
        index.by_residual = False  # a code is the vector itself, so the lists can be drawn anew
        index.train(vectors[np.sort(sample)])
        index = _with_ids(index)
        index.add_with_ids(vectors, ids)
        return index

    def _contents(self) -> tuple[IntArray, FloatArray]:
        """All ids and their vectors."""
        if self.is_flat:
            flat = faiss.downcast_index(self._index.index)
            return self._ids(), flat.reconstruct_n(0, flat.ntotal)
        lists = self._index.invlists
        full = [n for n in range(lists.nlist) if lists.list_size(n)]
        size = lists.code_size
        codes = [faiss.rev_swig_ptr(lists.get_codes(n), lists.list_size(n) * size).copy() for n in full]
        vectors = np.concatenate(codes).view(np.float16).reshape(-1, self.dimension).astype(np.float32)
        return self.ids(), vectors

    def _parameters(self, k: int, allowed: IntArray | None) -> faiss.SearchParameters | None:
        selector = None if allowed is None else _selector(allowed)
        if self.is_flat:
            return None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # its stub has the C++ constructor
        share = 1.0 if allowed is None else min(1.0, max(len(allowed), 1) / len(self))
        wanted = max(PROBED / share, k / 10)
        probed = int(min(self._index.nlist, wanted))
        return faiss.SearchParametersIVF(nprobe=probed, sel=selector)  # type: ignore[call-arg]  # the same


def _with_ids(index: Any) -> Any:
    """Able to remove by id."""
    index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]  # its stub lacks it
    return index


def _selector(allowed: IntArray) -> faiss.IDSelector:
    if int(allowed.max()) >= _BITMAP_IDS:
        return faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
    chosen = np.zeros(int(allowed.max()) + 1, np.bool_)
    chosen[allowed] = True
    bits = np.packbits(chosen, bitorder="little")
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]  # its stub has the C++ constructor
