"""An NGO as its reports show it: what it works on, how, for whom, where and when; and how near two of them are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from nlp.ports import ReportStore
from nlp.review.reasons import Work
from nlp.text.tokens import lemmas_of
from nlp.types import Facets, FloatArray, Ngo, PassageVector, Report

PASSAGES, MEAN, WORDS, FACETS = 0.1, 1.0, 1.6, 0.25
"""Weights of what makes two NGOs alike; chosen on the 24 NGOs of `data/ngos` (`training/similar_ngos.py`). Domains add nothing
to words and facets there."""


MOST_REPORTS, MOST_PASSAGES = 60, 240


@dataclass(frozen=True, slots=True)
class Profile:
    """domains, activities, target_groups, provinces: how many reports show each code; works: what each report shows together;
    words: their weights, of unit length; passages: with the report that each stands in, spread over all where there are more
    than `MOST_PASSAGES`; vectors: theirs, (n_passages, dimension), centred and of unit length; mean: of the reports' vectors,
    (dimension,), unit length."""

    ngo: Ngo
    reports: int
    domains: Counter[str]
    activities: Counter[str]
    target_groups: Counter[str]
    provinces: Counter[str]
    works: tuple[Work, ...]
    first: date | None
    last: date | None
    words: Mapping[str, float]
    passages: tuple[tuple[str, PassageVector], ...]
    vectors: FloatArray
    mean: FloatArray


def profile_of(ngo: Ngo, reports: Sequence[Report], store: ReportStore, encoder: str, centre: FloatArray) -> Profile:
    """centre: (dimension,), the mean sentence vector of the model."""
    domains: Counter[str] = Counter()
    activities: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    words: Counter[str] = Counter()
    passages: list[tuple[str, PassageVector]] = []
    whole = np.zeros(len(centre), dtype=np.float32)
    works: list[Work] = []
    for report in reports[-MOST_REPORTS:]:
        facets = report.analysis.facets if report.analysis and report.analysis.facets else Facets()
        works.append(Work(report.province, frozenset(facets.activities), frozenset(facets.target_groups)))
        activities.update(facets.activities)
        targets.update(facets.target_groups)
        domains.update(report.domains)
        words.update(lemmas_of(f"{report.title or ''}\n{report.text}"))
        vectors = store.report_vectors(report.id, encoder)
        if vectors is not None:
            passages += [(report.id, each) for each in vectors.passages]
            whole += vectors.report
    passages = passages[:: 1 + (len(passages) - 1) // MOST_PASSAGES] if passages else []
    rows = np.stack([each.vector for _, each in passages]) - centre if passages else np.zeros((0, len(centre)), np.float32)
    days = [each.period for each in reports if each.period]
    return Profile(
        ngo,
        len(reports),
        domains,
        activities,
        targets,
        Counter(report.province for report in reports if report.province),
        tuple(works),
        min((each.start for each in days if each.start), default=None),
        max((each.end for each in days if each.end), default=None),
        _weighted(words, store.word_weights(list(words))),
        tuple(passages),
        (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32),
        whole / max(float(np.linalg.norm(whole)), 1e-9),
    )


def nearness(left: Profile, right: Profile) -> float:
    """How alike two NGOs work, whatever their places: passages that meet, mean vectors, words, activities and target groups."""
    words = sum(weight * right.words.get(word, 0.0) for word, weight in left.words.items())
    facets = (_overlap(left.activities, right.activities) + _overlap(left.target_groups, right.target_groups)) / 2
    return PASSAGES * _meeting(left, right) + MEAN * float(left.mean @ right.mean) + WORDS * words + FACETS * facets


def _meeting(left: Profile, right: Profile) -> float:
    """The mean, over the passages of each, of the cosine to the nearest passage of the other."""
    if not len(left.vectors) or not len(right.vectors):
        return 0.0
    cosines = left.vectors @ right.vectors.T
    return float(cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2


def _overlap(left: Counter[str], right: Counter[str]) -> float:
    """Cosine of the counts."""
    lengths = np.sqrt(sum(count**2 for count in left.values())) * np.sqrt(sum(count**2 for count in right.values()))
    return float(sum(count * right[code] for code, count in left.items()) / lengths) if lengths else 0.0


def _weighted(counts: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    """(1 + log tf) by inverse document frequency, of unit length."""
    values = {word: (1 + float(np.log(counts[word]))) * weight for word, weight in weights.items()}
    length = float(np.sqrt(sum(value**2 for value in values.values()))) or 1.0
    return {word: value / length for word, value in values.items()}
