"""From scores to honest probabilities, and when to say that one does not know.

Everything here was fitted on predictions for texts that the scoring model had not seen (`training/recipes/calibrate.py`)
and is kept in the model's manifest. Platt scaling: Platt 1999; risk and coverage: El-Yaniv and Wiener 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.types import FloatArray


def sigmoid(logits: FloatArray) -> FloatArray:
    """Logits to probabilities, safe for large magnitudes."""
    result: FloatArray = (1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
    return result


@dataclass(frozen=True, slots=True)
class Decision:
    """Where probabilities become labels and doubts. `thresholds`: (n_domains,), `group_thresholds`: (n_groups,). Within
    `margin` of a threshold is `near_threshold`; a text less sure than `confident` is `low_confidence`."""

    thresholds: FloatArray
    group_thresholds: FloatArray
    margin: float
    confident: float
    label: str


def mixed_features(branch: FloatArray, lexical: FloatArray, genre: FloatArray | float) -> FloatArray:
    """What the mixture weighs: both scores, the genre, and both scores by genre. (..., n_domains) to (..., n_domains, 5)."""
    shown = np.broadcast_to(np.asarray(genre, dtype=np.float32)[..., None], branch.shape)
    return np.stack([branch, lexical, shown, shown * branch, shown * lexical], axis=-1)


@dataclass(frozen=True, slots=True)
class HeadCalibration:
    """`mix`: weights of `mixed_features`, with `mix_intercept`; slopes, intercepts: (n_domains,), Platt scaling of the mixed
    logit, a domain with few examples having its group's; group_slopes, group_intercepts: (n_groups,)."""

    mix: FloatArray
    mix_intercept: float
    slopes: FloatArray
    intercepts: FloatArray
    group_slopes: FloatArray
    group_intercepts: FloatArray

    def logits(self, branch: FloatArray, lexical: FloatArray, genre: FloatArray | float) -> FloatArray:
        """Calibrated logits. branch, lexical: (..., n_domains); genre: (...,), see `LexicalHead.score`."""
        mixed = mixed_features(branch, lexical, genre) @ self.mix + self.mix_intercept
        result: FloatArray = (self.slopes * mixed + self.intercepts).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class EvidencePrior:
    """Where evidence stands, apart from what the branch reads there: in sentences of some length (up to `words`, each doubling
    worth `length` · ln 2), rather at the beginning (`first` for the first sentence, a half of it for the second), and less in
    the title (`title`). All in logits; chosen on out-of-fold places."""

    length: float
    words: float
    first: float
    title: float

    def __call__(self, words: Sequence[int], *, titled: bool) -> FloatArray:
        """To be added to place logits. words: of each sentence, then of the title if `titled`. Returns (n_places,)."""
        counts = np.clip(np.asarray(words, dtype=np.float32), 1, self.words)
        prior = self.length * np.log(counts / self.words) + self.first / (1 + np.arange(len(counts)))
        if titled:
            prior[-1] = self.length * np.log(counts[-1] / self.words) - self.title
        result: FloatArray = prior.astype(np.float32)
        return result


def sureness(probabilities: FloatArray) -> float:
    """How sure the model is of a text's whole label set: that of its most doubtful domain, 0.5 to 1. (n_domains,)."""
    return float(np.maximum(probabilities, 1 - probabilities).min()) if len(probabilities) else 1.0
