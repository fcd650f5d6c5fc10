"""Find NGOs that work like another one, and say why: what both do, and the passages that meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nlp.pipelines.profile import Profile, nearness, profile_of
from nlp.pipelines.search import Search
from nlp.ports import ReportStore
from nlp.provinces import Provinces
from nlp.review.reasons import joint, reason
from nlp.taxonomy import Taxonomy
from nlp.types import Filters, FloatArray, Ngo, SimilarNgo

CANDIDATES, PER_REPORT, REPORTS_ASKED = 40, 60, 12
ENOUGH, DEEPEST = 20, 4000
"""How many other NGOs each report is to find, and how deep it is searched for them."""
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
        avoided = frozenset(own.provinces) if other_provinces else frozenset()
        found = [self.profile(each) for each in self._candidates(own, avoided)]
        found = [each for each in found if not avoided & each.provinces.keys()]
        ranked = sorted(((nearness(own, each), each) for each in found), key=lambda pair: (-pair[0], pair[1].ngo.id))
        return [self._explained(own, each) for _, each in ranked[:k]]

    def profile(self, ngo: Ngo) -> Profile:
        """What the NGO's reports show."""
        return profile_of(ngo, list(self._store.iterate(Filters(ngo=ngo.id))), self._store, self._encoder, self._centre)

    def _candidates(self, own: Profile, avoided: frozenset[str]) -> list[Ngo]:
        """The NGOs of the reports that its own reports find, those found best and most often first; reports from `avoided`
        provinces do not count."""
        votes: dict[str, float] = defaultdict(float)
        known: dict[str, Ngo] = {}
        reports = list(dict.fromkeys(report for report, _ in own.passages))[-REPORTS_ASKED:]
        for report in reports:
            for rank, ngo in enumerate(self._others(report, own.ngo.id, avoided)):
                known[ngo.id] = ngo
                votes[ngo.id] += 1 / (10 + rank)
        return [known[each] for each in sorted(votes, key=lambda ngo: (-votes[ngo], ngo))[:CANDIDATES]]

    def _others(self, report_id: str, own: str, avoided: frozenset[str]) -> list[Ngo]:
        """NGOs of the reports like this one, nearest first; the search goes deeper until it has enough or has seen all."""
        k = PER_REPORT
        while True:
            heads = self._search.neighbours(report_id, k)
            others = {
                head.ngo.id: head.ngo for head in heads if head.ngo and head.ngo.id != own and head.province not in avoided
            }
            if len(others) >= ENOUGH or len(heads) < k or k >= DEEPEST:
                return list(others.values())
            k *= 4

    def _explained(self, own: Profile, other: Profile) -> SimilarNgo:
        shared = {
            name: _common(getattr(own, name), getattr(other, name))
            for name in ("domains", "activities", "target_groups", "provinces")
        }
        both = joint(own.works, other.works)
        together = (self._facet(both.activity), self._facet(both.target_group), self._places(both.provinces)) if both else None
        said = reason(
            together,
            [self._domains.by_code[code].fa for code in shared["domains"] if code in self._domains.by_code],
            [self._facet(code) for code in shared["activities"]],
            [self._facet(code) for code in shared["target_groups"]],
            self._places(shared["provinces"]),
        )
        return SimilarNgo(other.ngo, round(float(own.mean @ other.mean), 4), shared, self._pairs(own, other), said)

    def _facet(self, code: str) -> str:
        """The name of an activity or target group; a code that the file no longer has stands for itself."""
        return self._facets.by_code[code].fa if code in self._facets.by_code else code

    def _places(self, codes: Sequence[str]) -> list[str]:
        return [self._provinces.name(code) for code in codes]

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
