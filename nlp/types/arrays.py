"""Arrays of the product, and what an encoder is given and gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.types.analysis import Span

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentedText:
    """What an encoder is given: normalized title and sentences of one document; `marks`: stretches of sentences, each as
    sentence, start and end in its characters, whose states are wanted too."""

    title: str | None
    sentences: tuple[str, ...]
    marks: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """Consecutive sentences `[first, last)` of one document and their vector. Shape: (dimension,)."""

    first: int
    last: int
    vector: FloatArray


@dataclass(frozen=True, slots=True)
class BranchVectors:
    """Means of the states of the domain branch, not scaled. sentences: (n_sentences, hidden), title: (hidden,); a window's
    vector is the mean over everything that was read in it, and its range the sentences that it holds or cuts."""

    sentences: FloatArray
    title: FloatArray | None
    windows: tuple[EncodedPassage, ...]


@dataclass(frozen=True, slots=True)
class EncodedText:
    """All vectors of one document, unit length; `branch` only from a model that has a domain branch; `marks` only from an
    encoder that pools tokens itself.

    vector: (dimension,), sentences: (n_sentences, dimension), title: (dimension,); marks: (n_marks, width), means of the states
    of the encoder, then of the branch, not scaled; of what was marked."""

    vector: FloatArray
    sentences: FloatArray
    title: FloatArray | None
    passages: tuple[EncodedPassage, ...]
    branch: BranchVectors | None = None
    marks: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class PassageVector:
    """A passage's place in the report and its vector. Shape: (dimension,), unit length."""

    span: Span
    vector: FloatArray


@dataclass(frozen=True, slots=True)
class ReportVectors:
    """The vectors that are stored beside a report. `encoder` is the SHA-256 that names the encoder's weights."""

    encoder: str
    report: FloatArray
    passages: tuple[PassageVector, ...]
