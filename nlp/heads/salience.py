"""Which sentences a summary is made of: central ones that repeat nothing.

Source: maximal marginal relevance, Carbonell and Goldstein 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.types import FloatArray

MAX_SENTENCES = 4
MAX_WORDS = 120
MIN_WORDS = 4
_NOVELTY = 0.4


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence's place in the report and its centrality, 0 to 1."""

    sentence: int
    score: float


def centrality(sentences: FloatArray, document: FloatArray, centre: FloatArray) -> FloatArray:
    """Cosine of each sentence with the whole report, both centred. sentences: (n, dimension). Returns (n,), in [0, 1]."""
    centred = sentences - centre
    whole = document - centre
    norms = np.linalg.norm(centred, axis=1) * np.linalg.norm(whole)
    cosines: FloatArray = np.clip(centred @ whole / np.where(norms > 0, norms, 1), 0, 1).astype(np.float32)
    return cosines


def choose(
    sentences: FloatArray,
    salience: FloatArray,
    words: Sequence[int],
    max_sentences: int = MAX_SENTENCES,
    max_words: int = MAX_WORDS,
) -> list[Chosen]:
    """The best sentences within the budget, in the order of the text; at least one.

    sentences: (n, dimension), centred or not; salience: (n,); words: word count of each."""
    size = np.linalg.norm(sentences, axis=1, keepdims=True)
    unit = sentences / np.where(size > 0, size, 1)
    similar = unit @ unit.T
    fit = [number for number, count in enumerate(words) if MIN_WORDS <= count <= max_words]
    candidates = fit or [int(np.argmax(salience))]
    chosen: list[int] = []
    used = 0
    while candidates and len(chosen) < max_sentences:
        best = max(
            candidates,
            key=lambda number: (
                (1 - _NOVELTY) * salience[number] - _NOVELTY * max((similar[number, other] for other in chosen), default=0)
            ),
        )
        candidates.remove(best)
        if chosen and used + words[best] > max_words:
            continue
        chosen.append(best)
        used += words[best]
    return [Chosen(number, round(float(salience[number]), 4)) for number in sorted(chosen)]
