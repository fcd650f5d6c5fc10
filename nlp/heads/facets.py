"""What an NGO does and for whom: codes of `data/facets.yaml`, scored as domains are, by prototype and by words.

Both scores go into one logistic model; each code has a threshold at which it was right in four of five cases on texts that
nothing was fitted on, and a code that never is so is not shown (`training/recipes/facets.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.heads.calibration import sigmoid
from nlp.heads.lexical import LexicalHead
from nlp.heads.prototypes import PrototypeHead, features
from nlp.taxonomy import FACETS, Taxonomy
from nlp.types import EncodedText, Facets, FloatArray, SegmentedText


@dataclass(frozen=True, slots=True)
class FacetRule:
    """weights: (4,), of the three prototype features and the lexical score; thresholds: (n_codes,), above 1 for a code that is
    not shown."""

    weights: FloatArray
    intercept: float
    thresholds: FloatArray


class FacetHead:
    """Codes of one facet file, for encoded reports."""

    def __init__(self, facets: Taxonomy, prototypes: PrototypeHead, lexical: LexicalHead, rule: FacetRule) -> None:
        self._prototypes, self._lexical, self._rule = prototypes, lexical, rule
        self._codes = [(facet.group, facet.code) for facet in facets.domains]
        self._groups = [facet.group for facet in facets.domains]

    def score(self, encoded: EncodedText, text: SegmentedText) -> Facets:
        """The codes that may be shown, the most probable first."""
        lexical, _ = self._lexical.score(text)
        seen = facet_features(self._prototypes.raw(encoded)[0], lexical, self._groups)
        probabilities = sigmoid(seen @ self._rule.weights + self._rule.intercept)
        order = np.argsort(-probabilities, kind="stable")
        shown = [self._codes[n] for n in order if probabilities[n] >= self._rule.thresholds[n]]
        return Facets(*(tuple(code for group, code in shown if group == wanted) for wanted in FACETS))


def facet_features(raw: FloatArray, lexical: FloatArray, groups: Sequence[str]) -> FloatArray:
    """What the rule sees of each code, activities and target groups compared among themselves. raw, lexical: (n_codes,).
    Returns (n_codes, 4)."""
    found = np.zeros((len(raw), 4), dtype=np.float32)
    for group in dict.fromkeys(groups):
        here = np.flatnonzero(np.asarray(groups) == group)
        found[here, :3] = features(raw[here])
    found[:, 3] = lexical
    return found
