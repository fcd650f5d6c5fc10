"""The trained domains: a branch of the encoder and a lexical head, mixed and calibrated; prototypes for what was not trained.

Evidence is what the branch reads in each sentence. A report longer than a window is judged by its best window, so that one
strong passage is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.heads.calibration import Decision, EvidencePrior, HeadCalibration, sigmoid
from nlp.heads.lexical import LexicalHead
from nlp.heads.prototypes import PrototypeHead
from nlp.heads.scores import DomainScores
from nlp.taxonomy import Taxonomy
from nlp.types import BranchVectors, EncodedText, FloatArray, Method, SegmentedText

SHARPNESS = 2.0
"""Of the log-sum-exp that pools sentences: the higher, the nearer to their maximum."""
_NORM_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class BranchWeights:
    """Layer norm over pooled states, then linear layers. place, whole: (n_trained, hidden); biases: (n_trained,); salience:
    (hidden,)."""

    norm: FloatArray
    norm_bias: FloatArray
    place: FloatArray
    place_bias: FloatArray
    whole: FloatArray
    whole_bias: FloatArray
    salience: FloatArray
    salience_bias: float

    def normal(self, pooled: FloatArray) -> FloatArray:
        """pooled: (n, hidden)."""
        centred = pooled - pooled.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _NORM_EPSILON)
        result: FloatArray = scaled * self.norm + self.norm_bias
        return result

    def read(self, branch: BranchVectors) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Domain logits (n_trained,) of the best window, place logits (n_places, n_trained), salience logits (n_sentences,)."""
        rows = branch.sentences if branch.title is None else np.concatenate([branch.sentences, branch.title[None]])
        normal = self.normal(rows)
        places = normal @ self.place.T + self.place_bias
        wholes = self.normal(np.stack([window.vector for window in branch.windows])) @ self.whole.T + self.whole_bias
        windows = [
            _pooled(np.concatenate([places[window.first : window.last], places[len(branch.sentences) :]])) + whole
            for window, whole in zip(branch.windows, wholes, strict=True)
        ]
        salience = normal[: len(branch.sentences)] @ self.salience + self.salience_bias
        return np.max(windows, axis=0), places, salience


class TrainedHead:
    """`codes` names the domains it was trained on, in the order of its weights; those that the taxonomy has besides are scored
    by `prototypes`."""

    def __init__(
        self, taxonomy: Taxonomy, codes: Sequence[str], weights: BranchWeights, lexical: LexicalHead,
        calibration: HeadCalibration, decision: Decision, evidence: EvidencePrior, prototypes: PrototypeHead,
    ) -> None:  # fmt: skip
        self._weights, self._lexical, self._calibration, self._prototypes = weights, lexical, calibration, prototypes
        self._evidence = evidence
        place_of = {code: number for number, code in enumerate(codes)}
        here = [number for number, domain in enumerate(taxonomy.domains) if domain.code in place_of]
        self._here = np.asarray(here, dtype=int)
        self._from = np.asarray([place_of[taxonomy.domains[number].code] for number in here], dtype=int)
        self.methods: tuple[Method, ...] = tuple(
            "head" if domain.code in place_of else "prototype" for domain in taxonomy.domains
        )
        thresholds = np.array(prototypes.decision.thresholds)
        thresholds[self._here] = decision.thresholds[self._from]
        self.decision = Decision(thresholds, decision.group_thresholds, decision.margin, decision.confident, decision.label)
        self._members = [
            np.asarray([n for n, domain in enumerate(taxonomy.domains) if domain.group == group.code], dtype=int)
            for group in taxonomy.groups
        ]

    def _prior(self, encoded: EncodedText, text: SegmentedText) -> FloatArray:
        places = text.sentences if encoded.title is None else (*text.sentences, text.title or "")
        return self._evidence([place.count(" ") + 1 for place in places], titled=encoded.title is not None)

    def score(self, encoded: EncodedText, text: SegmentedText) -> DomainScores:
        """Calibrated probabilities; a group's is never below that of its highest leaf."""
        if encoded.branch is None:
            raise ValueError("the encoder ran without the domain branch that this head reads")
        branch, places, salience = self._weights.read(encoded.branch)
        lexical, genre = self._lexical.score(text)
        trained = self._calibration.logits(branch, lexical, genre)
        other = self._prototypes.score(encoded, text) if "prototype" in self.methods else None
        count = len(self.methods)
        probabilities = np.zeros(count, dtype=np.float32) if other is None else other.probabilities.copy()
        spoken = np.zeros((len(places), count), dtype=np.float32) if other is None else other.places.copy()
        probabilities[self._here] = sigmoid(trained[self._from])
        spoken[:, self._here] = sigmoid(places[:, self._from] + self._prior(encoded, text)[:, None])
        highest = np.asarray([probabilities[members].max() if len(members) else 0.0 for members in self._members])
        logits = np.log(np.clip(highest, 1e-6, 1 - 1e-6) / (1 - np.clip(highest, 1e-6, 1 - 1e-6)))
        groups = sigmoid(self._calibration.group_slopes * logits + self._calibration.group_intercepts)
        return DomainScores(probabilities, np.maximum(groups, highest).astype(np.float32), spoken, sigmoid(salience), genre)


def _pooled(places: FloatArray) -> FloatArray:
    """Log-sum-exp over places. (n_places, n_domains) to (n_domains,)."""
    scaled = places * SHARPNESS
    highest = scaled.max(axis=0)
    result: FloatArray = (highest + np.log(np.exp(scaled - highest).sum(axis=0))) / SHARPNESS
    return result
