"""The index that cannot be wrong: every cosine is computed. Contract tests compare the other indexes with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from nlp.adapters.indexes.files import replaced
from nlp.errors import IndexRefused
from nlp.types import FloatArray, IntArray

_FIRST_CAPACITY = 1024
"""Rows; the arrays double when they are full."""


class ExactIndex:
    """Rows in arrays that grow, a removed row filled by the last one. Searches may run together, but not beside a change:
    the caller holds a lock."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._ids: IntArray = np.empty(0, np.int64)
        self._vectors: FloatArray = np.empty((0, dimension), np.float32)
        self._rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """ids: (n,), vectors: (n, dimension), unit length. An id that is there already is replaced."""
        if not len(ids):
            return
        self._reserve(len(self) + len(ids))
        for vector_id, vector in zip(ids.tolist(), vectors, strict=True):
            row = self._rows.setdefault(vector_id, len(self._rows))
            self._ids[row] = vector_id
            self._vectors[row] = vector

    def remove(self, ids: IntArray) -> None:
        """Ids that are not there are ignored."""
        for vector_id in ids.tolist():
            row = self._rows.pop(vector_id, None)
            last = len(self._rows)
            if row is None or row == last:
                continue
            moved = int(self._ids[last])
            self._ids[row], self._vectors[row] = moved, self._vectors[last]
            self._rows[moved] = row

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """Ids and cosines, both (len(queries), k), best first, equal ones by id; missing places hold -1 and -inf."""
        found_ids = np.full((len(queries), k), -1, np.int64)
        found = np.full((len(queries), k), -np.inf, np.float32)
        ids, vectors = self._ids[: len(self)], self._vectors[: len(self)]
        if allowed is not None:
            rows = [self._rows[vector_id] for vector_id in np.unique(allowed).tolist() if vector_id in self._rows]
            ids, vectors = ids[rows], vectors[rows]
        for place, scores in enumerate(queries @ vectors.T):
            best = np.lexsort((ids, -scores))[:k]
            found_ids[place, : len(best)] = ids[best]
            found[place, : len(best)] = scores[best]
        return found_ids, found

    def ids(self) -> IntArray:
        """The ids that are in it, in any order. Shape: (n,)."""
        return self._ids[: len(self)].copy()

    def save(self, path: Path) -> None:
        """Write one file, replaced atomically."""
        with replaced(path) as partial, partial.open("wb") as file:
            np.savez(file, ids=self._ids[: len(self)], vectors=self._vectors[: len(self)])

    def load(self, path: Path) -> None:
        """Replace the contents. :raises IndexRefused: the file is missing, damaged or of another dimension."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                ids, vectors = arrays["ids"], arrays["vectors"]
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise IndexRefused("فایل نمایه خراب است.", detail=f"{path}: {error}") from error
        rows = {vector_id: row for row, vector_id in enumerate(ids.tolist())}
        fits = vectors.shape == (len(ids), self.dimension) and vectors.dtype == np.float32 and ids.dtype == np.int64
        if not fits or len(rows) != len(ids):
            raise IndexRefused("فایل نمایه از نوع دیگری است.", detail=f"{path}: {vectors.dtype} of shape {vectors.shape}")
        self._ids, self._vectors, self._rows = ids, vectors, rows

    def _reserve(self, rows: int) -> None:
        if rows <= len(self._ids):
            return
        capacity = max(rows, 2 * len(self._ids), _FIRST_CAPACITY)
        ids, vectors = np.empty(capacity, np.int64), np.empty((capacity, self.dimension), np.float32)
        ids[: len(self)], vectors[: len(self)] = self._ids[: len(self)], self._vectors[: len(self)]
        self._ids, self._vectors = ids, vectors
