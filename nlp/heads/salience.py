"""Which sentences a summary is made of: those that say most, repeat nothing and stand on their own.

Source: maximal marginal relevance, Carbonell and Goldstein 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.types import FloatArray, SummaryOptions

LEAST_WORDS = 3
NOVELTY = 0.15
"""Share of the likeness to the nearest chosen sentence in the score of the next one. Likeness is that of the words (Dice): the
sentence vectors of one report, each read in its context, are all alike."""
REPEATED = 0.8
"""Likeness from which a sentence only repeats a chosen one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence's place in the report and its score, 0 to 1."""

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
    lemmas: Sequence[frozenset[str]],
    scores: FloatArray,
    words: Sequence[int],
    leaning: Sequence[bool],
    options: SummaryOptions,
) -> list[Chosen]:
    """The best sentences within the options, in the order of the text; at least one, whatever its length.

    A sentence that leans on the one before it comes with that one or not at all. lemmas, words: of each sentence, its distinct
    ones and how many words it has; scores: (n,)."""
    nearest = np.zeros(len(words), dtype=np.float32)
    fit = [number for number, count in enumerate(words) if LEAST_WORDS <= count <= options.words]
    candidates = fit or [int(np.argmax(scores))]
    chosen: list[int] = []
    while candidates and len(chosen) < options.sentences:
        worth = (1 - NOVELTY) * scores - NOVELTY * nearest
        best = max(candidates, key=worth.__getitem__)
        candidates.remove(best)
        if nearest[best] >= REPEATED:
            continue
        added = _with_antecedent(best, chosen, fit, leaning)
        together = [*chosen, *added]
        if added and len(together) <= options.sentences and sum(words[number] for number in together) <= options.words:
            chosen = together
            candidates = [number for number in candidates if number not in chosen]
            for number in added:
                nearest = np.maximum(nearest, [_dice(each, lemmas[number]) for each in lemmas])
    if not chosen:
        alone = [number for number in range(len(words)) if not leaning[number] and words[number] >= LEAST_WORDS]
        chosen = [max(alone or fit or range(len(words)), key=scores.__getitem__)]
    return [Chosen(number, round(float(scores[number]), 4)) for number in sorted(chosen)]


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _with_antecedent(best: int, chosen: Sequence[int], fit: Sequence[int], leaning: Sequence[bool]) -> list[int]:
    """The sentence, before it the one it leans on; empty where that one cannot be shown or leans itself."""
    if not leaning[best] or best == 0 or best - 1 in chosen:
        return [best]
    return [best - 1, best] if best - 1 in fit and not leaning[best - 1] else []
