"""FAISS, flat inner product over unit vectors: exact answers. 100,000 vectors of 384 numbers take about 12 ms a query."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from nlp.adapters.indexes.files import replaced
from nlp.errors import IndexRefused
from nlp.types import FloatArray, IntArray

_BITMAP_IDS = 1 << 27
"""A filter is a bitmap (16 MiB at most) while its ids stay below this, a hash set above: the bitmap is half again as fast."""


class FaissIndex:
    """Ids are not negative. Searches may run together, but not beside a change: the caller holds a lock."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """ids: (n,), vectors: (n, dimension), unit length. An id that is there already is replaced."""
        if not len(ids):
            return
        if np.isin(ids, self._ids()).any():
            self.remove(ids)
        last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
        rows = slice(None) if len(last) == len(ids) else np.sort(last)
        self._index.add_with_ids(np.ascontiguousarray(vectors[rows], np.float32), np.ascontiguousarray(ids[rows], np.int64))

    def remove(self, ids: IntArray) -> None:
        """Ids that are not there are ignored."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """Ids and cosines, both (len(queries), k), best first; missing places hold -1 and -inf."""
        if not len(self) or not len(queries) or k < 1 or (allowed is not None and not len(allowed)):
            return np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32)
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=_selector(allowed))  # type: ignore[call-arg]  # its stub has the C++ constructor
        found, ids = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=parameters)
        found[ids == -1] = -np.inf
        return ids, found

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


def _selector(allowed: IntArray) -> faiss.IDSelector:
    if int(allowed.max()) >= _BITMAP_IDS:
        return faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
    chosen = np.zeros(int(allowed.max()) + 1, np.bool_)
    chosen[allowed] = True
    bits = np.packbits(chosen, bitorder="little")
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]  # its stub has the C++ constructor
