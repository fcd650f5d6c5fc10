"""The promotion gate: a new model must be better on the frozen split, and much worse at nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.evaluation.metrics import f1
from nlp.types import FloatArray

LEAST_POSITIVES = 8
DOMAIN_LOSS = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """Micro-F1 of the model in use and of the candidate, and why the candidate is refused, in Persian and in English; without a
    reason it is not."""

    before: float
    after: float
    reasons: tuple[tuple[str, str], ...]


def judge_candidate(truth: FloatArray, before: FloatArray, after: FloatArray, codes: Sequence[str]) -> Verdict:
    """truth, before, after: (n_texts, n_domains), 0 or 1; labels of the model in use and of the candidate on the same texts."""
    old, new = f1(truth, before), f1(truth, after)
    reasons = [] if new > old else [(f"micro-F1 از {old:.4f} به {new:.4f} بالا نرفته است", f"micro-F1 {old:.4f} -> {new:.4f}")]
    for number in np.flatnonzero(truth.sum(axis=0) >= LEAST_POSITIVES):
        was, now = f1(truth[:, number], before[:, number]), f1(truth[:, number], after[:, number])
        if was - now > DOMAIN_LOSS:
            fallen = f"F1 of {codes[number]} {was:.3f} -> {now:.3f}"
            reasons.append((f"F1 حوزهٔ {codes[number]} از {was:.3f} به {now:.3f} افتاده است", fallen))
    return Verdict(old, new, tuple(reasons))
