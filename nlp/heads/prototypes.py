"""Domains by prototype: how near a report's sentences come to the names, definitions and examples of each domain.

Nothing here was trained on the domains, so a domain that is added to the taxonomy works at once. Sentence encoders crowd their
vectors into a cone; subtracting the mean of many sentences (Mu and Viswanath 2018, «All-but-the-Top») makes cosines
comparable. One logistic calibration with four weights, shared by all domains, turns scores into probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.heads.calibration import Decision, sigmoid
from nlp.heads.scores import DomainScores
from nlp.taxonomy import Domain, Taxonomy
from nlp.types import EncodedText, FloatArray, Method, SegmentedText

TOP_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted by `training/recipes/prototypes.py`, kept in the model's manifest.

    `weights` and `intercept`: logistic regression over (score, score - mean over domains, score - highest score).
    `group_weight` and `group_intercept`: over the highest leaf logit of the group. Thresholds and margins are probabilities:
    within `margin` of a threshold is `near_threshold`; a text less sure than `confident` is `low_confidence`."""

    weights: tuple[float, float, float]
    intercept: float
    threshold: float
    group_weight: float
    group_intercept: float
    group_threshold: float
    margin: float
    confident: float

    @property
    def label(self) -> str:
        """What provenance says of the thresholds."""
        return f"prototype:{self.threshold:.2f}/{self.group_threshold:.2f}"


def prototype_texts(domain: Domain) -> tuple[str, ...]:
    """What a domain is compared by: its name, each thing it covers, all of them together, and its examples."""
    return (domain.fa, *domain.covers, f"{domain.fa}: {'، '.join(domain.covers)}", *domain.examples)


class PrototypeHead:
    """Scores encoded reports. vectors: (n_prototypes, dimension), unit; owners: (n_prototypes,), the domain of each;
    centre: (dimension,), the mean sentence vector."""

    def __init__(
        self, taxonomy: Taxonomy, vectors: FloatArray, owners: Sequence[int], centre: FloatArray, calibration: Calibration
    ) -> None:
        self.calibration = calibration
        self.centre = centre
        self.decision = Decision(
            np.full(len(taxonomy.domains), calibration.threshold, dtype=np.float32),
            np.full(len(taxonomy.groups), calibration.group_threshold, dtype=np.float32),
            calibration.margin,
            calibration.confident,
            calibration.label,
        )
        self.methods: tuple[Method, ...] = tuple("prototype" for _ in taxonomy.domains)
        self._vectors = _unit(vectors - vectors.mean(axis=0))
        self._owned = [np.flatnonzero(np.asarray(owners) == number) for number in range(len(taxonomy.domains))]
        groups = [group.code for group in taxonomy.groups]
        self._leaves = [
            np.asarray([number for number, domain in enumerate(taxonomy.domains) if domain.group == group], dtype=int)
            for group in groups
        ]

    def raw(self, encoded: EncodedText) -> tuple[FloatArray, FloatArray]:
        """Scores per domain, shape (n_domains,), and per place, shape (n_places, n_domains)."""
        rows = [encoded.sentences] if encoded.title is None else [encoded.sentences, encoded.title[None]]
        cosines = _unit(np.concatenate([*rows, encoded.vector[None]]) - self.centre) @ self._vectors.T
        similar = np.stack(
            [(cosines[:, owned].max(axis=1) + cosines[:, owned].mean(axis=1)) / 2 for owned in self._owned], axis=1
        )
        places, whole = similar[:-1], similar[-1]
        top = np.sort(places, axis=0)[::-1][:TOP_SENTENCES].mean(axis=0)
        return ((top + whole) / 2).astype(np.float32), places.astype(np.float32)

    def score(self, encoded: EncodedText, text: SegmentedText) -> DomainScores:  # noqa: ARG002 - one signature for all heads
        """Calibrated probabilities; a group's is never below that of its highest leaf."""
        raw, places = self.raw(encoded)
        logits = features(raw) @ np.asarray(self.calibration.weights, dtype=np.float32) + self.calibration.intercept
        probabilities = sigmoid(logits)
        highest = np.asarray([logits[leaves].max() if len(leaves) else -30.0 for leaves in self._leaves], dtype=np.float32)
        groups = sigmoid(self.calibration.group_weight * highest + self.calibration.group_intercept)
        return DomainScores(probabilities, np.maximum(groups, sigmoid(highest)), np.clip(places, 0, 1))


def features(raw: FloatArray) -> FloatArray:
    """What the calibration sees of each domain. raw: (n_domains,). Returns (n_domains, 3)."""
    return np.stack([raw, raw - raw.mean(), raw - raw.max()], axis=1)


def _unit(vectors: FloatArray) -> FloatArray:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: FloatArray = (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
    return result
