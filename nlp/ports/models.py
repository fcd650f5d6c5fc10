"""Ports of what reads and writes language, and of the index of its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nlp.types import EncodedText, FloatArray, IntArray, SegmentedText


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """What names an encoder in provenance: model name, SHA-256 of its weights and tokenizer, engine, dimension; and whether a
    domain branch runs beside it; `weights` is the SHA-256 of what token states come from."""

    name: str
    sha256: str
    engine: str
    dimension: int
    branch: bool = False
    weights: str = ""


class Encoder(Protocol):
    """Turns text into unit vectors, float32."""

    @property
    def spec(self) -> EncoderSpec: ...

    def encode(self, documents: Sequence[SegmentedText]) -> list[EncodedText]:
        """All vectors of each document, in order; long documents are read in windows, in full."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Shape: (len(texts), dimension)."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Shape: (len(texts), dimension)."""
        ...


class Generator(Protocol):
    """Writes a summary in words of its own. `name` goes into the summary's method."""

    name: str

    def summarize(self, text: str, words: int) -> str:
        """Of about so many words at the most. :raises GeneratorFailed: no answer came."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine of unit vectors; ids are the store's vector ids."""

    dimension: int

    def __len__(self) -> int: ...

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """ids: (n,), vectors: (n, dimension). An id that is there already is replaced."""
        ...

    def remove(self, ids: IntArray) -> None:
        """Ids that are not there are ignored."""
        ...

    def search(self, queries: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """queries: (q, dimension). Returns ids and cosines, both (q, k), best first; missing places hold -1 and -inf.
        With `allowed`, only these ids are ranked (the filter comes before the ranking)."""
        ...

    def ids(self) -> IntArray:
        """The ids that are in it, in any order. Shape: (n,)."""
        ...

    def save(self, path: Path) -> None:
        """Write one file, replaced atomically."""
        ...

    def load(self, path: Path) -> None:
        """Replace the contents. :raises IndexRefused: the file is damaged or of another dimension."""
        ...
