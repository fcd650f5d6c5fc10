"""Find NGOs that work like another one, by their reports."""

from __future__ import annotations

import numpy as np

from nlp.errors import NotFound
from nlp.pipelines.search import MAX_K, Search
from nlp.ports import ReportStore
from nlp.types import Filters, FloatArray, Hit, Ngo, ReportVectors, SimilarNgo, Span

_FETCH = 8


class SimilarNgos:
    """The use case behind `similar --ngo` and `/v1/ngos/{id}/similar`."""

    def __init__(self, store: ReportStore, search: Search, encoder: str) -> None:
        self._store = store
        self._search = search
        self._encoder = encoder

    def similar_ngos(self, ngo_id: str, k: int = 10) -> list[SimilarNgo]:
        """NGOs whose reports come nearest to this one's, with the domains they share. :raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        own = [report.id for report in self._store.iterate(Filters(ngo=ngo.id))]
        best: dict[str, tuple[float, str, Hit]] = {}
        for report_id in own:
            for hit in self._search.similar_reports(report_id, Filters(), min(MAX_K, k * _FETCH), "dense"):
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
        return self._store.report_vectors(report_id, self._encoder)


def _reason(shared: dict[str, set[str]]) -> str:
    """Only what is true of both: codes are turned into names where they are shown."""
    parts = []
    if shared["domains"]:
        parts.append("حوزه‌های مشترک")
    if shared["provinces"]:
        parts.append("استان مشترک")
    return " و ".join(parts) or "گزارش‌های نزدیک به هم"
