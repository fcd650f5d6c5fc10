"""Text that remembers where each of its characters came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `[start, end)` by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """`text[i]` came from `original[starts[i]:ends[i]]`. starts, ends: int32, shape (len(text),).

    A character that was inserted has the empty place between its neighbours."""

    text: str
    starts: Positions
    ends: Positions

    @classmethod
    def of(cls, text: str) -> Mapped:
        """The text itself, each character at its own place."""
        starts = np.arange(len(text), dtype=np.int32)
        return cls(text, starts, starts + np.int32(1))

    def translate(self, table: Mapping[int, str]) -> Mapped:
        """One character for one. :raises ValueError: the table changes the length."""
        text = self.text.translate(table)
        if len(text) != len(self.text):
            raise ValueError("a translation must keep the length")
        return Mapped(text, self.starts, self.ends)

    def edit(self, edits: Iterable[Edit]) -> Mapped:
        """All edits at once; they must be ascending and must not overlap. The characters of a replacement share its place."""
        texts: list[str] = []
        starts: list[Positions] = []
        ends: list[Positions] = []
        at = 0
        for edit in edits:
            if edit.start < at:
                raise ValueError("edits overlap or are out of order")
            texts.append(self.text[at : edit.start])
            starts.append(self.starts[at : edit.start])
            ends.append(self.ends[at : edit.start])
            if edit.text:
                first, last = self._place(edit.start, edit.end)
                texts.append(edit.text)
                starts.append(np.full(len(edit.text), first, dtype=np.int32))
                ends.append(np.full(len(edit.text), last, dtype=np.int32))
            at = edit.end
        if not texts:
            return self
        texts.append(self.text[at:])
        return Mapped("".join(texts), np.concatenate([*starts, self.starts[at:]]), np.concatenate([*ends, self.ends[at:]]))

    def reorder(self, text: str, order: Positions) -> Mapped:
        """`text[i]` is the character at `order[i]` of this text (a reversed line, say)."""
        return Mapped(text, self.starts[order], self.ends[order])

    def _place(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return int(self.starts[start:end].min()), int(self.ends[start:end].max())
        between = int(self.ends[start - 1]) if start else int(self.starts[0]) if len(self.text) else 0
        return between, between

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `[start, end)` of this text lies in the original, half-open, in code points; an empty range is empty there."""
        return self._place(start, end)
