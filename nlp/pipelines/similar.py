"""Find NGOs that work like another one, and say why: what both do, and the passages that meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from nlp.pipelines.kept import Kept
from nlp.pipelines.profile import Profile, nearness, profile_of, weighted
from nlp.pipelines.search import Search
from nlp.ports import ReportStore
from nlp.provinces import Provinces
from nlp.review.reasons import joint, reason
from nlp.taxonomy import Taxonomy
from nlp.types import Filters, FloatArray, Ngo, SimilarNgo

CANDIDATES, PER_REPORT, REPORTS_ASKED = 40, 60, 12
ENOUGH, DEEPEST = 20, 4000
"""How many other NGOs each report is to find, and how deep it is searched for them."""
KEPT_PROFILES, KEPT_RESULTS = 128, 512
"""A profile takes half a megabyte at the most."""
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
        self._profiles: Kept[str, Profile] = Kept(KEPT_PROFILES)
        self._candidates: Kept[tuple[str, bool], tuple[str, ...]] = Kept(KEPT_RESULTS)
        self._results: Kept[tuple[str, int, bool], tuple[SimilarNgo, ...]] = Kept(KEPT_RESULTS)

    def similar(self, ngo_id: str, k: int = 10, *, other_provinces: bool = False) -> list[SimilarNgo]:
        """The most alike first; `other_provinces`: only NGOs that report from none of this one's provinces.
        :raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        position = self._search.position()
        own_stamp = self._store.ngo_stamps([ngo.id]).get(ngo.id)
        asked = ngo.id, other_provinces
        candidates = self._candidates.get(asked, (position, own_stamp))
        if candidates is None:
            own = self._profile(ngo, own_stamp)
            avoided = frozenset(own.provinces) if other_provinces else frozenset()
            candidates = self._candidates.put(asked, (position, own_stamp), self._found(own, avoided))
        stamps = self._store.ngo_stamps([ngo.id, *candidates])
        made_from = position, tuple(sorted(stamps.items()))
        kept = self._results.get((ngo.id, k, other_provinces), made_from)
        if kept is None:
            ranked = tuple(self._ranked(ngo, candidates, stamps, k, other_provinces=other_provinces))
            kept = self._results.put((ngo.id, k, other_provinces), made_from, ranked)
        return list(kept)

    def _ranked(
        self, ngo: Ngo, candidates: Sequence[str], stamps: Mapping[str, str], k: int, *, other_provinces: bool
    ) -> Iterator[SimilarNgo]:
        """stamps: of those that have reports; the others are no candidates any more."""
        own = self._profile(ngo, stamps.get(ngo.id))
        avoided = frozenset(own.provinces) if other_provinces else frozenset()
        found = [self._profile(self._store.ngo(each), stamps[each]) for each in candidates if each in stamps]
        found = [each for each in found if not avoided & each.provinces.keys()]
        weights = self._store.word_weights([*own.words, *(word for each in found for word in each.words)])
        own_words = weighted(own.words, weights)
        near = [(nearness(own, each, own_words, weighted(each.words, weights)), each) for each in found]
        for _, each in sorted(near, key=lambda pair: (-pair[0], pair[1].ngo.id))[:k]:
            yield self._explained(own, each)

    def _profile(self, ngo: Ngo, stamp: str | None) -> Profile:
        kept = self._profiles.get(ngo.id, stamp)
        if kept is not None:
            return kept
        reports = list(self._store.iterate(Filters(ngo=ngo.id)))
        return self._profiles.put(ngo.id, stamp, profile_of(ngo, reports, self._store, self._encoder, self._centre))

    def _found(self, own: Profile, avoided: frozenset[str]) -> tuple[str, ...]:
        """The ids of the NGOs of the reports that its own reports find, those found best and most often first; reports from
        `avoided` provinces do not count."""
        votes: dict[str, float] = defaultdict(float)
        reports = list(dict.fromkeys(report for report, _ in own.passages))[-REPORTS_ASKED:]
        for report in reports:
            for rank, ngo in enumerate(self._others(report, own.ngo.id, avoided)):
                votes[ngo] += 1 / (10 + rank)
        return tuple(sorted(votes, key=lambda ngo: (-votes[ngo], ngo))[:CANDIDATES])

    def _others(self, report_id: str, own: str, avoided: frozenset[str]) -> list[str]:
        """Ids of NGOs of the reports like this one, nearest first; it is searched deeper until there are enough or no more."""
        k = PER_REPORT
        while True:
            heads = self._search.neighbours(report_id, k)
            others = dict.fromkeys(
                head.ngo.id for head in heads if head.ngo and head.ngo.id != own and head.province not in avoided
            )
            if len(others) >= ENOUGH or len(heads) < k or k >= DEEPEST:
                return list(others)
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
