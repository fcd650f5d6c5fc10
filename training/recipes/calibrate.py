"""Fit mixture, calibration and thresholds on out-of-fold scores: texts that neither branch nor lexical head had seen.

A domain with fewer than `own_from` positives shares the scaling and the threshold of its group. Every figure that is printed
is fitted on four fifths of the scores and read off the last fifth. A second on one core.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.evaluation.metrics import f1
from nlp.heads.calibration import Decision, HeadCalibration, mixed_features, sigmoid, sureness
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray

_FLAT = 1e6


@dataclass(frozen=True, slots=True)
class CalibrationConfig:
    """The `[calibration]` table of a training configuration. `sources`: sets of `training/corpora.py`, of texts like those that
    arrive."""

    sources: tuple[str, ...]
    own_from: int
    prior: float
    lowest: float
    highest: float
    margin: float
    selective_share: float


def fit_calibration(
    branch: FloatArray, lexical: FloatArray, genre: FloatArray, truth: FloatArray, taxonomy: Taxonomy, config: CalibrationConfig
) -> tuple[HeadCalibration, Decision]:
    """branch, lexical, truth: (n_texts, n_domains); genre: (n_texts,); out of fold."""
    features = mixed_features(branch, lexical, genre)
    mixer = LogisticRegression(C=_FLAT, max_iter=2000).fit(features.reshape(truth.size, -1), truth.ravel())
    mix, mix_intercept = mixer.coef_[0], float(mixer.intercept_[0])
    mixed = features @ mix + mix_intercept
    positives = truth.sum(axis=0)
    members = [np.asarray([n for n, d in enumerate(taxonomy.domains) if d.group == g.code], dtype=int) for g in taxonomy.groups]
    slopes, intercepts = np.ones(len(positives)), np.zeros(len(positives))
    for leaves in members:
        shared = _platt(mixed[:, leaves].ravel(), truth[:, leaves].ravel())
        for leaf in leaves:
            own = positives[leaf] >= config.own_from
            slopes[leaf], intercepts[leaf] = _platt(mixed[:, leaf], truth[:, leaf]) if own else shared
    logits = slopes * mixed + intercepts
    probabilities = sigmoid(logits)
    common = _threshold(probabilities.ravel(), truth.ravel(), 0.4, config)
    thresholds = np.full(len(positives), common)
    group_slopes, group_intercepts, group_thresholds = [], [], []
    for leaves in members:
        shared_threshold = _threshold(probabilities[:, leaves].ravel(), truth[:, leaves].ravel(), common, config)
        for leaf in leaves:
            own = positives[leaf] >= config.own_from
            found = _threshold(probabilities[:, leaf], truth[:, leaf], shared_threshold, config)
            thresholds[leaf] = found if own else shared_threshold
        any_leaf, highest = truth[:, leaves].max(axis=1), logits[:, leaves].max(axis=1)
        slope, intercept = _platt(highest, any_leaf)
        group_slopes.append(slope)
        group_intercepts.append(intercept)
        grouped = np.maximum(sigmoid(slope * highest + intercept), sigmoid(highest))
        group_thresholds.append(_threshold(grouped, any_leaf, common, config))
    sure = np.asarray([sureness(row) for row in probabilities])
    confident = float(np.quantile(sure, 1 - config.selective_share))
    numbers = [
        np.asarray(each, dtype=np.float32).round(6) for each in (mix, slopes, intercepts, group_slopes, group_intercepts)
    ]
    decision = Decision(
        np.asarray(thresholds, dtype=np.float32).round(3),
        np.asarray(group_thresholds, dtype=np.float32).round(3),
        config.margin,
        round(confident, 4),
        f"head:{_name_of(thresholds, group_thresholds, config.margin, confident)}",
    )
    return HeadCalibration(numbers[0], round(mix_intercept, 6), *numbers[1:]), decision


def _name_of(*decided: Any) -> str:
    """Twelve hexadecimal digits that stand for these thresholds in an analysis's provenance."""
    values = [np.asarray(each, dtype=np.float64).round(4).tolist() for each in decided]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]


def _platt(logits: FloatArray, truth: FloatArray) -> tuple[float, float]:
    model = LogisticRegression(C=_FLAT, max_iter=2000).fit(logits.reshape(-1, 1), truth)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _threshold(probabilities: FloatArray, truth: FloatArray, expected: float, config: CalibrationConfig) -> float:
    """The threshold with the highest F1, drawn to `expected` as if that had been seen in `prior` positives."""
    grid = np.arange(config.lowest, config.highest + 0.001, 0.01)
    best = float(grid[np.argmax([f1(truth, probabilities >= threshold) for threshold in grid])])
    positives = float(truth.sum())
    return (positives * best + config.prior * expected) / (positives + config.prior)
