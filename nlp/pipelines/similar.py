"""Find NGOs that work like another one, and say why: what both do, and the passages that meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from nlp.pipelines.profile import Profile, nearness, profile_of
from nlp.pipelines.search import Search
from nlp.ports import ReportStore
from nlp.provinces import Provinces
from nlp.review.reasons import reason
from nlp.taxonomy import Taxonomy
from nlp.types import Filters, FloatArray, Ngo, SimilarNgo

CANDIDATES, PER_REPORT, REPORTS_ASKED = 40, 60, 12
PAIRS, SHOWN = 3, 3
"""How many pairs of passages are shown at the most, and how many names of a kind a reason holds."""


class SimilarNgos:
    """The use case behind `similar --ngo` and `/v1/ngos/{id}/similar`."""

    def __init__(
        self, store: ReportStore, search: Search, encoder: str, centre: FloatArray, names: tuple[Taxonomy, Taxonomy, Provinces]
    ) -> None:
        """centre: (dimension,); names: of domains, of facets and of provinces."""
        self._store = store
        self._search = search
        self._encoder = encoder
        self._centre = centre
        self._domains, self._facets, self._provinces = names

    def similar(self, ngo_id: str, k: int = 10, *, other_provinces: bool = False) -> list[SimilarNgo]:
        """The most alike first; `other_provinces`: only NGOs that report from none of this one's provinces.
        :raises NotFound:"""
        own = self.profile(self._store.ngo(ngo_id))
        found = [self.profile(each) for each in self._candidates(own)]
        if other_provinces:
            found = [each for each in found if not own.provinces.keys() & each.provinces.keys()]
        ranked = sorted(((nearness(own, each), each) for each in found), key=lambda pair: (-pair[0], pair[1].ngo.id))
        return [self._explained(own, each, score) for score, each in ranked[:k]]

    def profile(self, ngo: Ngo) -> Profile:
        """What the NGO's reports show."""
        return profile_of(ngo, list(self._store.iterate(Filters(ngo=ngo.id))), self._store, self._encoder, self._centre)

    def _candidates(self, own: Profile) -> list[Ngo]:
        """The NGOs of the reports that its own reports find, those found best and most often first."""
        votes: dict[str, float] = defaultdict(float)
        known: dict[str, Ngo] = {}
        reports = list(dict.fromkeys(report for report, _ in own.passages))[-REPORTS_ASKED:]
        for report in reports:
            for rank, head in enumerate(self._search.neighbours(report, PER_REPORT)):
                if head.ngo is not None and head.ngo.id != own.ngo.id:
                    known[head.ngo.id] = head.ngo
                    votes[head.ngo.id] += 1 / (10 + rank)
        return [known[each] for each in sorted(votes, key=lambda ngo: (-votes[ngo], ngo))[:CANDIDATES]]

    def _explained(self, own: Profile, other: Profile, score: float) -> SimilarNgo:
        shared = {
            name: _common(getattr(own, name), getattr(other, name))
            for name in ("domains", "activities", "target_groups", "provinces")
        }
        said = reason(
            [self._domains.by_code[code].fa for code in shared["domains"] if code in self._domains.by_code],
            [self._facets.by_code[code].fa for code in shared["activities"]],
            [self._facets.by_code[code].fa for code in shared["target_groups"]],
            [self._provinces.name(code) for code in shared["provinces"]],
        )
        return SimilarNgo(other.ngo, round(score, 4), shared, self._pairs(own, other), said)

    @staticmethod
    def _pairs(own: Profile, other: Profile) -> tuple[Mapping[str, Any], ...]:
        """The passages that meet best, each shown once."""
        if not len(own.vectors) or not len(other.vectors):
            return ()
        cosines = own.vectors @ other.vectors.T
        found = []
        for _ in range(min(PAIRS, *cosines.shape)):
            left, right = np.unravel_index(int(cosines.argmax()), cosines.shape)
            (one, first), (two, second) = own.passages[left], other.passages[right]
            found.append(
                {
                    "left": first.span,
                    "left_report": one,
                    "right": second.span,
                    "right_report": two,
                    "similarity": round(float(first.vector @ second.vector), 4),
                }
            )
            cosines[left, :] = cosines[:, right] = -1
        return tuple(found)


def _common(left: Counter[str], right: Counter[str]) -> tuple[str, ...]:
    """Codes that both have, the most frequent in both first."""
    both = sorted(left.keys() & right.keys(), key=lambda code: (-min(left[code], right[code]), code))
    return tuple(both[:SHOWN])
