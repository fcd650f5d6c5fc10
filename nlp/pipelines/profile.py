"""An NGO as its reports show it: what it works on, how, for whom, where and when; and how near two of them are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from nlp.ports import ReportStore
from nlp.review.reasons import Work
from nlp.types import Facets, FloatArray, Ngo, PassageVector, Period, Report

PASSAGES, MEAN, WORDS, FACETS = 0.1, 1.0, 1.6, 0.25
"""Weights of what makes two NGOs alike; chosen on the 24 NGOs of `data/ngos` (`training/similar_ngos.py`). Domains add nothing
to words and facets there."""


MOST_REPORTS, MOST_PASSAGES = 60, 240


@dataclass(frozen=True, slots=True)
class Counted:
    """domains, activities, target_groups, provinces: how many of the NGO's reports, all of them, show each code; first, last:
    the days that their periods reach from and to."""

    reports: int
    domains: Counter[str]
    activities: Counter[str]
    target_groups: Counter[str]
    provinces: Counter[str]
    first: date | None
    last: date | None

    @property
    def period(self) -> Period | None:
        """From the first to the last day, where either is known."""
        return Period(self.first, self.last) if self.first or self.last else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What nearness needs, from the newest `MOST_REPORTS`, provinces from all. domains, activities, target_groups: how many
    reports show each code; works: what each report shows together; words: how often the reports hold each lemma; passages: with
    the report that each stands in, spread over all where there are more than `MOST_PASSAGES`; vectors: theirs,
    (n_passages, dimension), centred and of unit length; mean: of the reports' vectors, (dimension,), unit length."""

    ngo: Ngo
    domains: Counter[str]
    activities: Counter[str]
    target_groups: Counter[str]
    provinces: Counter[str]
    works: tuple[Work, ...]
    words: Counter[str]
    passages: tuple[tuple[str, PassageVector], ...]
    vectors: FloatArray
    mean: FloatArray


def counted(reports: Sequence[Report]) -> Counted:
    """What all reports of an NGO show, without their words and vectors."""
    facets = [_facets(report) for report in reports]
    days = [report.period for report in reports if report.period]
    return Counted(
        len(reports),
        Counter(code for report in reports for code in report.domains),
        Counter(code for each in facets for code in each.activities),
        Counter(code for each in facets for code in each.target_groups),
        Counter(report.province for report in reports if report.province),
        min((each.start for each in days if each.start), default=None),
        max((each.end for each in days if each.end), default=None),
    )


def profile_of(ngo: Ngo, reports: Sequence[Report], store: ReportStore, encoder: str, centre: FloatArray) -> Profile:
    """reports: all of the NGO's, oldest first; centre: (dimension,), the mean sentence vector of the model."""
    newest = reports[-MOST_REPORTS:]
    ids = [report.id for report in newest]
    vectors = store.vectors_of(ids, encoder)
    held = [(each, vectors[each]) for each in ids if each in vectors]
    passages = [(report, each) for report, own in held for each in own.passages]
    passages = passages[:: 1 + (len(passages) - 1) // MOST_PASSAGES] if passages else []
    rows = np.stack([each.vector for _, each in passages]) - centre if passages else np.zeros((0, len(centre)), np.float32)
    whole = sum((own.report for _, own in held), start=np.zeros(len(centre), dtype=np.float32))
    shown = counted(newest)
    return Profile(
        ngo,
        shown.domains,
        shown.activities,
        shown.target_groups,
        Counter(report.province for report in reports if report.province),
        tuple(_work(report) for report in newest),
        Counter(word for words in store.words_of(ids).values() for word in words),
        tuple(passages),
        (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32),
        whole / max(float(np.linalg.norm(whole)), 1e-9),
    )


def nearness(left: Profile, right: Profile, left_words: Mapping[str, float], right_words: Mapping[str, float]) -> float:
    """How alike two NGOs work, whatever their places: passages that meet, mean vectors, words, activities and target groups.
    left_words, right_words: theirs, weighted."""
    words = sum(weight * right_words.get(word, 0.0) for word, weight in left_words.items())
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


def weighted(counts: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    """(1 + log tf) by inverse document frequency (`ReportStore.word_weights`), of unit length; words without a weight are left
    out."""
    values = {word: (1 + math.log(count)) * weights[word] for word, count in counts.items() if word in weights}
    length = math.sqrt(sum(value**2 for value in values.values())) or 1.0
    return {word: value / length for word, value in values.items()}


def _facets(report: Report) -> Facets:
    return report.analysis.facets if report.analysis and report.analysis.facets else Facets()


def _work(report: Report) -> Work:
    facets = _facets(report)
    return Work(report.province, frozenset(facets.activities), frozenset(facets.target_groups))
