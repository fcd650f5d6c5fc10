"""One summary over many reports, each sentence citing its report: an NGO's year, or what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.errors import InvalidInput
from nlp.heads.ranker import LEANING
from nlp.pipelines.extract import ended, shortened
from nlp.pipelines.search import Query, Search
from nlp.ports import Encoder, ReportStore
from nlp.text.digits import to_persian_digits
from nlp.text.jalali import jalali_year_of
from nlp.text.normalize import normalize
from nlp.types import Filters, FloatArray, Hit, Period, Report, ReportHead, ScoredSpan, SummaryOptions

DEFAULT_OVERVIEW = SummaryOptions(sentences=8, words=240)
MOST_REPORTS = 100
NOVELTY, AGAIN = 0.3, 0.15
"""What a sentence loses for being like a chosen one (times the cosine), and for each sentence that its report has already."""


@dataclass(frozen=True, slots=True)
class CitedSentence(ScoredSpan):
    """A sentence of a report, and which one: its id, and its place in the overview's list of reports, from 1."""

    report: str
    number: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`text` holds the sentences, each followed by the number of its report in brackets; `reports` are those it cites, and `of`
    says how many it was made from."""

    text: str
    sentences: tuple[CitedSentence, ...]
    reports: tuple[ReportHead, ...]
    of: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    report: Report
    span: ScoredSpan
    text: str


class Overviews:
    """The use case behind `samanyar summarize` and the summaries of `/v1/ngos/{id}` and `/v1/search`."""

    def __init__(self, store: ReportStore, search: Search, encoder: Encoder, centre: FloatArray) -> None:
        """centre: (dimension,), the mean sentence vector of the model."""
        self._store, self._search, self._encoder, self._centre = store, search, encoder, centre

    def of_ngo(self, ngo_id: str, year: int | None = None, options: SummaryOptions = DEFAULT_OVERVIEW) -> Overview:
        """Of all its reports, the newest `MOST_REPORTS`, or those of one Jalali year.

        :raises NotFound: :raises InvalidInput: no year of the calendar."""
        ngo = self._store.ngo(ngo_id)
        days = jalali_year_of(year) if year is not None else Period()
        filters = Filters(ngo=ngo.id, since=days.start, until=days.end)
        reports = [report for report in self._store.iterate(filters) if report.status != "rejected"][-MOST_REPORTS:]
        reports.sort(key=lambda report: str(report.period.start) if report.period else "")
        return self._made(reports, options, None)

    def of_search(
        self, text: str, filters: Filters, k: int = 10, mode: str = "hybrid", options: SummaryOptions = DEFAULT_OVERVIEW
    ) -> Overview:
        """Of the reports that a search finds, best first; sentences near the question are preferred. :raises InvalidInput:"""
        query = self._search.query(text)
        return self.of_hits(query, self._search.found(query, filters, k, mode), options)

    def of_hits(self, query: Query, hits: Sequence[Hit], options: SummaryOptions = DEFAULT_OVERVIEW) -> Overview:
        """The same of what was found already."""
        held = [self._store.get(hit.report.id) for hit in hits if hit.report.status != "rejected"]
        return self._made(held, options, query.vector)

    def _made(self, reports: Sequence[Report], options: SummaryOptions, wanted: FloatArray | None) -> Overview:
        """wanted: (dimension,), unit length."""
        if options.focus is not None:
            raise InvalidInput("خلاصهٔ چند گزارش را نمی‌توان به یک حوزه محدود کرد.", detail="no focus over many reports")
        candidates = _candidates(reports)
        if not candidates:
            return Overview("", (), (), len(reports))
        vectors = self._encoder.encode_passages([each.text for each in candidates])
        scores = np.asarray([each.span.score for each in candidates], dtype=np.float32)
        if wanted is not None:
            cosines = vectors @ wanted
            spread = max(float(cosines.max() - cosines.min()), 1e-6)
            scores = (scores + (cosines - cosines.min()) / spread) / 2
        chosen = sorted(_chosen(candidates, vectors - self._centre, scores, options))
        cited = list(dict.fromkeys(candidates[each].report.id for each in chosen))
        heads = self._store.heads(cited)
        sentences, texts = [], []
        for each in chosen:
            span, report = candidates[each].span, candidates[each].report.id
            number = cited.index(report) + 1
            score = round(float(scores[each]), 4)
            sentences.append(CitedSentence(span.field, span.start, span.end, span.text, score, report, number))
            text = shortened(candidates[each].text, options.words)
            said = ended(text, whole=text == candidates[each].text)
            texts.append(f"{said} [{to_persian_digits(str(number))}]")
        return Overview(" ".join(texts), tuple(sentences), tuple(heads[each] for each in cited), len(reports))


def _candidates(reports: Sequence[Report]) -> list[_Candidate]:
    """The summary sentences of each report that stand on their own, in order; the first of them where none does."""
    found: list[_Candidate] = []
    for report in reports:
        spans = report.summary.sentences if report.summary else ()
        read = [(span, " ".join(normalize(span.text).text.split())) for span in spans]
        read = [(span, text) for span, text in read if text]
        alone = [(span, text) for span, text in read if not LEANING.match(text)]
        found += [_Candidate(report, span, text) for span, text in alone or read[:1]]
    return found


def _chosen(
    candidates: Sequence[_Candidate], vectors: FloatArray, scores: FloatArray, options: SummaryOptions
) -> list[int]:  # fmt: skip
    """Greedy: the best score, less what repeats a chosen sentence or comes from a report that is cited already."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    similar = unit @ unit.T
    left = list(range(len(candidates)))
    chosen: list[int] = []
    words = 0
    while left and len(chosen) < options.sentences:
        best = max(left, key=lambda each: _worth(each, chosen, candidates, similar, scores))
        left.remove(best)
        count = len(candidates[best].text.split())
        if words + count <= options.words:
            chosen.append(best)
            words += count
    return chosen or [int(np.argmax(scores))]


def _worth(
    one: int, chosen: Sequence[int], candidates: Sequence[_Candidate], similar: FloatArray, scores: FloatArray
) -> float:  # fmt: skip
    again = sum(candidates[one].report.id == candidates[other].report.id for other in chosen)
    return float(scores[one] - NOVELTY * max((similar[one, other] for other in chosen), default=0) - AGAIN * again)
