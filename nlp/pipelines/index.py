"""The search index of one process: derived from the store, never the truth (decision 2 of the architecture).

It loads a snapshot if a valid one lies there, catches up from the store's change log before every answer, and writes a new
snapshot now and then. Nothing is encoded again: vectors are kept in the store.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.errors import IndexRefused
from nlp.ports import ReportStore, VectorIndex, VectorKind
from nlp.types import FloatArray, IntArray

KINDS: tuple[VectorKind, ...] = ("report", "passage")
SNAPSHOT_EVERY = 2000
FORMAT = 1
_EQUAL = 1e-3
_TRIES = 3


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What `verify` found for one kind: ids missing from the index, ids too many, and recall@10 against exact cosines."""

    kind: VectorKind
    stored: int
    missing: int
    surplus: int
    recall: float


class LiveIndex:
    """Both indexes of this process. Thread-safe: one thread at a time searches or catches up."""

    def __init__(self, store: ReportStore, make: Callable[[], VectorIndex], encoder: str, folder: Path) -> None:
        self._store = store
        self._make = make
        self._encoder = encoder
        self._folder = folder / encoder[:16]
        self._lock = threading.RLock()
        self._indexes: dict[VectorKind, VectorIndex] = {kind: make() for kind in KINDS}
        self._seq = 0
        self._snapshot_seq = 0

    def position(self) -> int:
        """The `seq` of the newest change that is in it."""
        with self.current():
            return self._seq

    @contextmanager
    def current(self) -> Iterator[dict[VectorKind, VectorIndex]]:
        """The indexes, caught up with everything that was committed before this call; held until the block ends."""
        with self._lock:
            self._catch_up()
            yield self._indexes

    def search(
        self, kind: VectorKind, queries: FloatArray, k: int, allowed: IntArray | None = None
    ) -> tuple[IntArray, FloatArray]:
        """See `nlp.ports.VectorIndex.search`."""
        with self.current() as indexes:
            return indexes[kind].search(queries, k, allowed)

    def open(self) -> None:
        """Load the snapshot, or begin empty, and catch up. A snapshot that does not fit is refused and built again."""
        with self._lock:
            try:
                self._load()
            except (IndexRefused, OSError, ValueError, KeyError, TypeError):
                self._from_store()
            self._catch_up()

    def rebuild(self) -> int:
        """Build anew from the store's vectors, encoding nothing, while searches go on over the old ones. Returns how many."""
        seq, indexes = self._built()
        with self._lock:
            self._indexes, self._seq = indexes, seq
            self._catch_up()
            self.save()
            return sum(len(index) for index in self._indexes.values())

    def verify(self, sample: int = 50) -> list[IndexCheck]:
        """Compare with the store: every id, and the neighbours of some vectors with exact cosines. What another process writes
        meanwhile is no fault: a difference is looked at again."""
        for _ in range(_TRIES):
            with self.current() as indexes:
                found = [self._check(kind, indexes[kind], sample) for kind in KINDS]
            if not any(check.missing or check.surplus for check in found):
                break
        return found

    def save(self) -> None:
        """Write a snapshot: two index files and, last, the note that makes them valid."""
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            stamp = f"{self._seq}-{time.time_ns()}"
            files = {}
            for kind, index in self._indexes.items():
                path = self._folder / f"{kind}-{stamp}.index"
                index.save(path)
                files[kind] = {"name": path.name, "sha256": _sha256(path), "count": len(index)}
            note = {"format": FORMAT, "encoder": self._encoder, "seq": self._seq, "files": files}
            temporary = self._folder / f"snapshot-{stamp}.tmp"
            temporary.write_text(json.dumps(note), encoding="utf-8")
            temporary.replace(self._folder / "snapshot.json")
            keep = {entry["name"] for entry in files.values()}
            for old in self._folder.glob("*.index"):
                if old.name not in keep and time.time() - old.stat().st_mtime > 60:
                    old.unlink(missing_ok=True)
            self._snapshot_seq = self._seq

    def sizes(self) -> dict[VectorKind, int]:
        """How many vectors each index holds, caught up."""
        with self.current() as indexes:
            return {kind: len(indexes[kind]) for kind in KINDS}

    def _load(self) -> None:
        note = json.loads((self._folder / "snapshot.json").read_text(encoding="utf-8"))
        if note["format"] != FORMAT or note["encoder"] != self._encoder or note["seq"] > self._store.stats().head:
            raise IndexRefused("نسخهٔ ذخیره‌شدهٔ نمایه از این انباره نیست.", "snapshot of another encoder, format or store")
        indexes = {}
        for kind in KINDS:
            entry = note["files"][kind]
            path = self._folder / Path(entry["name"]).name
            if _sha256(path) != entry["sha256"]:
                raise IndexRefused("نسخهٔ ذخیره‌شدهٔ نمایه آسیب دیده است.", f"{path.name} was altered")
            indexes[kind] = self._make()
            indexes[kind].load(path)
            if len(indexes[kind]) != entry["count"]:
                raise IndexRefused("نسخهٔ ذخیره‌شدهٔ نمایه ناقص است.", f"{path.name} holds another number of vectors")
        self._indexes, self._seq = indexes, int(note["seq"])
        self._snapshot_seq = self._seq

    def _from_store(self) -> None:
        self._seq, self._indexes = self._built()
        self._snapshot_seq = 0

    def _built(self) -> tuple[int, dict[VectorKind, VectorIndex]]:
        """The head is read first: what is committed while we read comes again from the log, and adding twice is adding once."""
        seq = self._store.stats().head
        indexes = {kind: self._make() for kind in KINDS}
        for kind, index in indexes.items():
            for batch in self._store.all_vectors(kind, self._encoder):
                index.add(batch.ids, batch.vectors)
        return seq, indexes

    def _catch_up(self) -> None:
        while changes := self._store.changes(self._seq, self._encoder):
            for kind in KINDS:
                last = {change.vector_id: change.op for change in changes if change.kind == kind}
                removed = [vector for vector, op in last.items() if op == "remove"]
                added = [vector for vector, op in last.items() if op == "add"]
                if removed:
                    self._indexes[kind].remove(np.asarray(removed, dtype=np.int64))
                if added:
                    batch = self._store.vectors(kind, np.asarray(added, dtype=np.int64))
                    if len(batch.ids):
                        self._indexes[kind].add(batch.ids, batch.vectors)
            self._seq = changes[-1].seq
        if self._seq - self._snapshot_seq >= SNAPSHOT_EVERY:
            self.save()

    def _check(self, kind: VectorKind, index: VectorIndex, sample: int) -> IndexCheck:
        batches = list(self._store.all_vectors(kind, self._encoder))
        if not batches:
            return IndexCheck(kind, 0, 0, len(index), 1.0)
        ids = np.concatenate([batch.ids for batch in batches])
        vectors = np.concatenate([batch.vectors for batch in batches])
        queries = vectors[:: max(1, len(ids) // sample)][:sample]
        k = min(10, len(ids))
        _, cosines = index.search(queries, k)
        least = np.sort(queries @ vectors.T, axis=1)[:, -k, None]  # equal cosines are equally right
        recall = float((cosines >= least - _EQUAL).mean())
        indexed = index.ids()
        missing, surplus = np.setdiff1d(ids, indexed), np.setdiff1d(indexed, ids)
        return IndexCheck(kind, len(ids), len(missing), len(surplus), round(recall, 4))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
