"""Counts as degrees of one colour."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from math import sqrt

HEATS = 5


class Heats:
    """How warm a count is among others: 0 for none, else 1 to `HEATS` from the least to the most; by the root, so that one
    great number does not pale all the others."""

    def __init__(self, counts: Iterable[int]) -> None:
        some = [count for count in counts if count]
        self._least, self._most = min(some, default=0), max(some, default=0)

    def of(self, count: int) -> int:
        """Of one count. Where all are alike, all are in the middle."""
        if not count or self._least == self._most:
            return (HEATS + 1) // 2 if count else 0
        place = (sqrt(count) - sqrt(self._least)) / (sqrt(self._most) - sqrt(self._least))
        return min(HEATS, 1 + int(HEATS * place))

    @property
    def steps(self) -> list[tuple[int, int, int]]:
        """Each heat that a count may have, with the least and the greatest one."""
        found = groupby(range(self._least, self._most + 1) if self._most else (), key=self.of)
        return [(heat, each[0], each[-1]) for heat, each in ((heat, list(counts)) for heat, counts in found)]
