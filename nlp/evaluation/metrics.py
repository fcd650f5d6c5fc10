"""What is measured: labels, probabilities, and how well the model knows what it does not know.

ECE: Naeini et al. 2015, ten bins over all text-domain pairs. AURC: Geifman et al. 2019. Bootstrap: Efron 1979, over texts.
Interval of a share: Wilson 1927, the score interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nlp.types import FloatArray

Measure = Callable[[FloatArray, FloatArray], float]
BINS = 10
LEAST_POSITIVES = 3
"""Domains with fewer stay out of macro-F1, as in the issue's table."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}–{self.high:.3f}]"


def wilson(right: int, count: int, z: float = 1.959964) -> Interval:
    """A share of counted things with its score interval, which stays within 0 and 1 and tells something of few or none wrong.

    count: over 0; z: 1.96 for 95%. E. B. Wilson, «Probable Inference, the Law of Succession, and Statistical Inference», JASA
    22 (1927)."""
    share = right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return Interval(share, max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole))


def f1(truth: FloatArray, assigned: FloatArray) -> float:
    """F1 over all entries; 0 where nothing is right. Any shape, 0 or 1."""
    right = float(np.logical_and(truth, assigned).sum())
    total = float(truth.sum() + assigned.sum())
    return 2 * right / total if total else 0.0


def precision(truth: FloatArray, assigned: FloatArray) -> float:
    """Share of the assigned entries that are right; 0 where none is assigned. Any shape, 0 or 1."""
    return float(np.logical_and(truth, assigned).sum()) / max(float(assigned.sum()), 1.0)


def recall(truth: FloatArray, assigned: FloatArray) -> float:
    """Share of the true entries that are assigned; 0 where none is true. Any shape, 0 or 1."""
    return float(np.logical_and(truth, assigned).sum()) / max(float(truth.sum()), 1.0)


def macro(measure: Measure) -> Measure:
    """The mean of a measure over domains with at least `LEAST_POSITIVES` texts. Its arrays: (n_texts, n_domains)."""

    def mean(truth: FloatArray, assigned: FloatArray) -> float:
        counted = np.flatnonzero(truth.sum(axis=0) >= LEAST_POSITIVES)
        return float(np.mean([measure(truth[:, each], assigned[:, each]) for each in counted])) if len(counted) else 0.0

    return mean


def macro_f1(truth: FloatArray, assigned: FloatArray) -> float:
    """Mean F1 over domains with at least `LEAST_POSITIVES` texts. (n_texts, n_domains)."""
    return macro(f1)(truth, assigned)


def reliability(truth: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Shape (n_filled_bins, 3): mean probability, share that is true, and share of all entries, in ten bins of equal width."""
    flat, right = probabilities.ravel(), truth.ravel()
    bins = np.clip((flat * BINS).astype(int), 0, BINS - 1)
    rows = [(flat[bins == each].mean(), right[bins == each].mean(), (bins == each).mean()) for each in np.unique(bins)]
    return np.asarray(rows, dtype=np.float32)


def expected_calibration_error(truth: FloatArray, probabilities: FloatArray) -> float:
    """Mean gap between probability and share of truth, over ten bins of equal width, weighted by size."""
    said, true, size = reliability(truth, probabilities).T
    return float((np.abs(said - true) * size).sum())


def brier(truth: FloatArray, probabilities: FloatArray) -> float:
    """Mean squared error of the probabilities."""
    return float(((probabilities - truth) ** 2).mean())


def selective_risk(truth: FloatArray, assigned: FloatArray, sure: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coverage and the share of assigned labels that are wrong among the surest texts, both (n_texts,), surest first."""
    order = np.argsort(-sure, kind="stable")
    wrong = np.logical_and(assigned, truth == 0).sum(axis=1)[order].cumsum()
    given = assigned.sum(axis=1)[order].cumsum()
    coverage = np.arange(1, len(order) + 1) / len(order)
    return coverage.astype(np.float32), (wrong / np.maximum(given, 1)).astype(np.float32)


def area_under_risk_coverage(truth: FloatArray, assigned: FloatArray, sure: FloatArray) -> float:
    """Mean selective risk over all coverages."""
    return float(selective_risk(truth, assigned, sure)[1].mean())


def right_at(truth: FloatArray, assigned: FloatArray, sure: FloatArray, share: float) -> float:
    """Share of assigned labels that are right on the surest `share` of the texts."""
    coverage, risk = selective_risk(truth, assigned, sure)
    return float(1 - risk[np.searchsorted(coverage, share)]) if len(risk) else 0.0


def bootstrap(
    measure: Measure,
    truth: FloatArray,
    assigned: FloatArray,
    rounds: int = 1000,
) -> Interval:
    """The measure with its percentile interval over `rounds` resamples of the texts."""
    draw = np.random.default_rng(13)
    found = []
    for _ in range(rounds):
        chosen = draw.integers(0, len(truth), len(truth))
        found.append(measure(truth[chosen], assigned[chosen]))
    low, high = np.quantile(found, [0.025, 0.975]) if len(truth) else (0.0, 0.0)
    return Interval(measure(truth, assigned), float(low), float(high))


def confusions(truth: FloatArray, assigned: FloatArray, codes: list[str], top: int = 12) -> list[Mapping[str, object]]:
    """Which domain is assigned where another, missed one belongs: pairs by count, at most `top`."""
    missed, added = np.logical_and(truth, assigned == 0), np.logical_and(truth == 0, assigned)
    counts = missed.astype(int).T @ added.astype(int)
    order = np.argsort(-counts, axis=None, kind="stable")[:top]
    pairs = [np.unravel_index(each, counts.shape) for each in order]
    return [{"truth": codes[i], "assigned": codes[j], "texts": int(counts[i, j])} for i, j in pairs if counts[i, j]]
