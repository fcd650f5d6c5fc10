"""Find similar initiatives and NGOs: nearest passages, the filters applied before the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal

import numpy as np

from nlp.errors import InvalidInput, NotFound
from nlp.pipelines.index import LiveIndex
from nlp.ports import Encoder, ReportStore, VectorPlace
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.types import Filters, FloatArray, Hit, IntArray, Ngo, ReportHead, ReportVectors, SegmentedText, SimilarNgo, Span

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = ("dense",)
MAX_K = 100
_SHORT_WORDS = 40
_FETCH = 8


class Search:
    """The use case behind `search`, `similar` and the search endpoints."""

    def __init__(self, store: ReportStore, encoder: Encoder, index: LiveIndex) -> None:
        self._store = store
        self._encoder = encoder
        self._index = index

    def search(self, text: str, filters: Filters | None = None, k: int = 10, mode: str = "dense") -> list[Hit]:
        """Reports whose passages come nearest to a word, a question or a whole text, best first.

        :raises InvalidInput: the text is empty, or the mode is not available."""
        if mode not in MODES:
            raise InvalidInput(
                "جست‌وجوی واژگانی هنوز در این نسخه نیست؛ mode=dense را به کار ببرید.", detail=f"mode {mode} is not available yet"
            )
        clean = normalize(text).text.strip()
        if not any(character.isalnum() for character in clean):
            raise InvalidInput("متن جست‌وجو خالی است.", detail="the query holds no letter or digit")
        return self._nearest(self._query_vector(clean), filters or Filters(), k, skip=None)

    def similar_reports(self, report_id: str, filters: Filters | None = None, k: int = 10) -> list[Hit]:
        """Reports like this one, itself left out. :raises NotFound:"""
        self._store.get(report_id)
        vectors = self._vectors(report_id)
        if vectors is None:
            return []
        return self._nearest(vectors.report, filters or Filters(), k, skip=report_id)

    def similar_ngos(self, ngo_id: str, k: int = 10) -> list[SimilarNgo]:
        """NGOs whose reports come nearest to this one's, with the domains they share. :raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        own = [report.id for report in self._store.iterate(Filters(ngo=ngo.id))]
        best: dict[str, tuple[float, str, Hit]] = {}
        for report_id in own:
            for hit in self.similar_reports(report_id, Filters(), min(MAX_K, k * _FETCH)):
                other = hit.report.ngo
                if other is None or other.id == ngo.id:
                    continue
                if other.id not in best or (hit.similarity or 0) > best[other.id][0]:
                    best[other.id] = (hit.similarity or 0.0, report_id, hit)
        ranked = sorted(best.values(), key=lambda entry: -entry[0])[:k]
        return [self._similar_ngo(ngo, similarity, report_id, hit) for similarity, report_id, hit in ranked]

    def _similar_ngo(self, ngo: Ngo, similarity: float, report_id: str, hit: Hit) -> SimilarNgo:
        other = hit.report.ngo
        if other is None:
            raise NotFound("سمن پیدا نشد.")
        mine, theirs = (self._profile(each.id) for each in (ngo, other))
        shared = {"domains": mine[0] & theirs[0], "activities": set(), "target_groups": set(), "provinces": mine[1] & theirs[1]}
        left = self._vectors(report_id)
        pairs = []
        if left is not None and hit.passage is not None and left.passages:
            vectors = np.stack([passage.vector for passage in left.passages])
            right = self._passage_vector(hit.report.id, hit.passage)
            if right is not None:
                nearest = int(np.argmax(vectors @ right))
                cosine = round(float(vectors[nearest] @ right), 4)
                pairs.append({"left": left.passages[nearest].span, "right": hit.passage, "similarity": cosine})
        return SimilarNgo(
            other, similarity, {key: tuple(sorted(codes)) for key, codes in shared.items()}, tuple(pairs), _reason(shared)
        )

    def _profile(self, ngo_id: str) -> tuple[set[str], set[str]]:
        domains: set[str] = set()
        provinces: set[str] = set()
        for report in self._store.iterate(Filters(ngo=ngo_id)):
            domains |= set(report.analysis.assigned) if report.analysis else set()
            provinces |= {report.province} if report.province else set()
        return domains, provinces

    def _passage_vector(self, report_id: str, span: Span) -> FloatArray | None:
        vectors = self._vectors(report_id)
        return next((each.vector for each in vectors.passages if each.span == span), None) if vectors else None

    def _vectors(self, report_id: str) -> ReportVectors | None:
        return self._store.report_vectors(report_id, self._encoder.spec.sha256)

    def _query_vector(self, clean: str) -> FloatArray:
        if len(clean.split()) <= _SHORT_WORDS:
            vector: FloatArray = self._encoder.encode_queries([clean])[0]
            return vector
        sentences = tuple(clean[each.start : each.end] for each in split_sentences(clean))
        return self._encoder.encode([SegmentedText(None, sentences)])[0].vector

    def _nearest(self, vector: FloatArray, filters: Filters, k: int, skip: str | None) -> list[Hit]:
        """The nearest passages, one a report; more are fetched until k reports are found or none are left."""
        k = max(1, min(k, MAX_K))
        allowed: IntArray | None = None
        if filters != Filters():
            allowed = self._store.vector_ids("passage", filters)
            if not len(allowed):
                return []
        fetch = k * _FETCH
        while True:
            ids, cosines = self._index.search("passage", vector[None], fetch, allowed)
            found = [
                (int(vector_id), float(cosine)) for vector_id, cosine in zip(ids[0], cosines[0], strict=True) if vector_id >= 0
            ]
            places = self._store.places([vector_id for vector_id, _ in found])
            best: dict[str, tuple[float, VectorPlace]] = {}
            for vector_id, cosine in found:
                place = places.get(vector_id)
                if place is not None and place.report_id != skip and place.report_id not in best:
                    best[place.report_id] = (cosine, place)
            if len(best) >= k or len(found) < fetch:
                break
            fetch *= 4
        heads = self._store.heads(list(islice(best, k + 1)))
        return _hits([(heads[report], *best[report]) for report in best if report in heads][:k])


def _hits(found: Sequence[tuple[ReportHead, float, VectorPlace]]) -> list[Hit]:
    return [
        Hit(head, rank, round(cosine, 4), round(cosine, 4), None, place.span)
        for rank, (head, cosine, place) in enumerate(found, start=1)
    ]


def _reason(shared: dict[str, set[str]]) -> str:
    """Only what is true of both: codes are turned into names where they are shown."""
    parts = []
    if shared["domains"]:
        parts.append("حوزه‌های مشترک")
    if shared["provinces"]:
        parts.append("استان مشترک")
    return " و ".join(parts) or "گزارش‌های نزدیک به هم"
