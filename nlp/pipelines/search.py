"""Find similar initiatives: nearest passages and shared words, fused; the filters applied before either ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from nlp.errors import InvalidInput
from nlp.pipelines.index import LiveIndex
from nlp.ports import Encoder, ReportStore
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.text.tokens import held, tokens
from nlp.types import Filters, FloatArray, Hit, IntArray, PassageVector, ReportHead, ReportVectors, SegmentedText

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)
MAX_K = 100
DEPTH = 200
"""How deep each ranking goes before they are fused."""
FEEDBACK, FEEDBACK_REPORTS = 0.2, 3
"""How much of the mean of the first reports is added to the query's vector for a second look."""
MOST_OWNERS = 500_000
"""Of so many vectors the report is remembered, some 50 MB."""
_SHORT_WORDS = 40
_FETCH = 8
_WORDS_IN_PASSAGE = 0.3


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: a unit vector, shape (dimension,), and the lemmas."""

    vector: FloatArray
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A report in a ranking; `bm25` is None where words found nothing, or were not asked."""

    report_id: str
    score: float
    bm25: float | None


class Search:
    """The use case behind `search`, `similar` and the search endpoints."""

    def __init__(self, store: ReportStore, encoder: Encoder, index: LiveIndex) -> None:
        self._store = store
        self._encoder = encoder
        self._index = index
        self._owners: dict[int, str] = {}

    def search(self, text: str, filters: Filters | None = None, k: int = 10, mode: str = "hybrid") -> list[Hit]:
        """Reports that a word, a question or a whole text finds, best first.

        :raises InvalidInput: the text is empty, or there is no such mode."""
        return self.found(self.query(text), filters or Filters(), k, mode)

    def found(self, query: Query, filters: Filters, k: int, mode: str) -> list[Hit]:
        """What `search` finds, of a query that was made already. :raises InvalidInput: there is no such mode."""
        return self._shown(query, self.ranked(query, filters, k, mode), k)

    def similar_reports(self, report_id: str, filters: Filters | None = None, k: int = 10, mode: str = "hybrid") -> list[Hit]:
        """Reports like this one, itself left out. :raises NotFound: :raises InvalidInput: there is no such mode."""
        query = self._query_of(report_id)
        if query is None:
            return []
        return self._shown(query, self.ranked(query, filters or Filters(), k, mode, skip=report_id), k)

    def neighbours(self, report_id: str, k: int) -> list[ReportHead]:
        """The heads of reports like this one, itself left out, best first."""
        query = self._query_of(report_id)
        if query is None:
            return []
        ranked = self.ranked(query, Filters(), k, "hybrid", skip=report_id)[:k]
        heads = self._store.heads([each.report_id for each in ranked])
        return [heads[each.report_id] for each in ranked if each.report_id in heads]

    def position(self) -> int:
        """Rises whenever a report is added, changed or deleted: until then the same search finds the same."""
        return self._index.position()

    def _query_of(self, report_id: str) -> Query | None:
        """A stored report as a query; None where it has no vectors. :raises NotFound:"""
        vectors = self._vectors_of([report_id]).get(report_id)
        if vectors is None:
            self._store.get(report_id)
            return None
        return Query(vectors.report, tuple(self._store.words_of([report_id]).get(report_id, ())))

    def query(self, text: str) -> Query:
        """:raises InvalidInput: the text is empty."""
        clean = normalize(text).text.strip()
        if not any(character.isalnum() for character in clean):
            raise InvalidInput("متن جست‌وجو خالی است.", detail="the query holds no letter or digit")
        return Query(self._query_vector(clean), tuple(tokens(clean)))

    def ranked(self, query: Query, filters: Filters, k: int, mode: str, skip: str | None = None) -> list[Ranked]:
        """At least k reports where there are so many, best first; `skip` is left out.

        :raises InvalidInput: there is no such mode."""
        if mode not in MODES:
            raise InvalidInput(
                f"شیوهٔ جست‌وجوی «{mode}» نیست؛ یکی از hybrid، dense و lexical را به کار ببرید.", detail=f"no mode {mode}"
            )
        depth = max(DEPTH, k) if mode == "hybrid" else k + 1
        cosines = {} if mode == "lexical" else self._nearest(query.vector, filters, depth, skip)
        words = [] if mode == "dense" else self._store.search_words(query.words, filters, depth)
        bm25 = {hit.report_id: hit.bm25 for hit in words if hit.report_id != skip}
        scores = fused([cosines, bm25]) if mode == "hybrid" else cosines or bm25
        if mode == "hybrid" and cosines and len(query.words) <= _SHORT_WORDS:
            again = self._nearest(self._moved(query.vector, scores), filters, depth, skip)
            scores = fused([again, bm25])
        return [Ranked(report, scores[report], bm25.get(report)) for report in _by_score(scores)]

    def _moved(self, vector: FloatArray, scores: Mapping[str, float]) -> FloatArray:
        """The query moved towards the reports that both rankings put first (pseudo relevance feedback, Rocchio 1971)."""
        best = _by_score(scores)[:FEEDBACK_REPORTS]
        vectors = self._vectors_of(best)
        near = [vectors[each].report for each in best if each in vectors]
        moved = vector + FEEDBACK * np.mean(near or [np.zeros_like(vector)], axis=0)
        result: FloatArray = (moved / np.linalg.norm(moved)).astype(np.float32)
        return result

    def _shown(self, query: Query, ranked: Sequence[Ranked], k: int) -> list[Hit]:
        k = max(1, min(k, MAX_K))
        heads = self._store.heads([each.report_id for each in ranked[: k + 1]])
        shown = [each for each in ranked if each.report_id in heads][:k]
        vectors = self._vectors_of([each.report_id for each in shown])
        found: list[Hit] = []
        for each in shown:
            passage, cosine = _passage(vectors.get(each.report_id), query)
            words = None if each.bm25 is None else round(each.bm25, 4)
            similarity, span = (None, None) if passage is None else (round(cosine, 4), passage.span)
            found.append(Hit(heads[each.report_id], len(found) + 1, round(each.score, 4), similarity, words, span))
        return found

    def _vectors_of(self, report_ids: Sequence[str]) -> Mapping[str, ReportVectors]:
        return self._store.vectors_of(report_ids, self._encoder.spec.sha256)

    def _query_vector(self, clean: str) -> FloatArray:
        if len(clean.split()) <= _SHORT_WORDS:
            vector: FloatArray = self._encoder.encode_queries([clean])[0]
            return vector
        sentences = tuple(clean[each.start : each.end] for each in split_sentences(clean))
        return self._encoder.encode([SegmentedText(None, sentences)])[0].vector

    def _nearest(self, vector: FloatArray, filters: Filters, k: int, skip: str | None) -> dict[str, float]:
        """The cosine of each report's nearest passage; more are fetched until k reports are found or none are left."""
        allowed: IntArray | None = None
        if filters != Filters():
            allowed = self._store.vector_ids("passage", filters)
            if not len(allowed):
                return {}
        fetch = k * _FETCH
        while True:
            ids, cosines = self._index.search("passage", vector[None], fetch, allowed)
            found = [(int(each), float(cosine)) for each, cosine in zip(ids[0], cosines[0], strict=True) if each >= 0]
            owners = self._owners_of([vector_id for vector_id, _ in found])
            best: dict[str, float] = {}
            for vector_id, cosine in found:
                if (owner := owners.get(vector_id)) not in (None, skip):
                    best.setdefault(str(owner), cosine)
            if len(best) >= k or len(found) < fetch:
                return best
            fetch *= 4

    def _owners_of(self, vector_ids: Sequence[int]) -> dict[int, str]:
        """The report of each vector. A vector's id is never given twice, so what was read once holds; one that is gone is
        in the index no more, and its report has no head."""
        known = self._owners
        if len(known) > MOST_OWNERS:
            self._owners = known = {}
        known.update(self._store.owners([each for each in vector_ids if each not in known]))
        return known


def _passage(vectors: ReportVectors | None, query: Query) -> tuple[PassageVector | None, float]:
    """The passage that answers best: near the query, and holding its words; and the cosine of the nearest one."""
    if vectors is None or not vectors.passages:
        return None, 0.0
    cosines = np.stack([passage.vector for passage in vectors.passages]) @ query.vector
    wanted = frozenset(query.words)
    if not wanted or len(query.words) > _SHORT_WORDS:
        return vectors.passages[int(cosines.argmax())], float(cosines.max())
    shares = np.asarray([held(each.span.text, wanted) / len(wanted) for each in vectors.passages])
    return vectors.passages[int((cosines + _WORDS_IN_PASSAGE * shares).argmax())], float(cosines.max())


def fused(rankings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """For each report, the mean over the rankings of its score, scaled to 0–1 within each (Bruch et al. 2023: better than by
    ranks alone); one that a ranking does not hold has 0 there, and a ranking without any report does not count."""
    held = [ranking for ranking in rankings if ranking]
    found: dict[str, float] = {}
    for ranking in held:
        lowest, highest = min(ranking.values()), max(ranking.values())
        for report, score in ranking.items():
            scaled = (score - lowest) / (highest - lowest) if highest > lowest else 1.0
            found[report] = found.get(report, 0.0) + scaled / len(held)
    return found


def _by_score(scores: Mapping[str, float]) -> list[str]:
    """Equal scores by id, so that the same search gives the same list."""
    return sorted(scores, key=lambda report: (-scores[report], report))
