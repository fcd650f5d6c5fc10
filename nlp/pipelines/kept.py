"""What was worked out lately, kept in this process for as long as nothing that it was made from has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key, each with a stamp of what it was made from; the least used go first. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[K, tuple[Hashable, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, stamp: Hashable) -> V | None:
        """None: there is none, or it was made from something else."""
        with self._lock:
            found = self._held.get(key)
            if found is None or found[0] != stamp:
                return None
            self._held.move_to_end(key)
            return found[1]

    def put(self, key: K, stamp: Hashable, value: V) -> V:
        """Keep it instead of what there was; returns it."""
        with self._lock:
            self._held[key] = stamp, value
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return value
