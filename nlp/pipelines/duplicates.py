"""Has this been sent before? Candidates by exact text, by sketch and by vector; then a comparison sentence by sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from nlp.errors import InvalidInput, NotFound, VersionConflict
from nlp.pipelines.index import LiveIndex
from nlp.ports import ReportStore
from nlp.review.compare import Passage, compare, passages
from nlp.review.duplicates import NEAR_SHARE, DuplicateRule, flags_of, kind_of
from nlp.review.sketch import bands
from nlp.text.tokens import lemmas_of
from nlp.types import Duplicate, FloatArray, Report, ReportHead, ReportVectors, ReviewReason

NEAR, NEIGHBOURS = 12, 6
"""How many candidates the sketch and the vectors give at the most."""
LEAST_COSINE = 0.87
"""A neighbour that is farther is no candidate."""
_REASON: ReviewReason = "possible_duplicate"
_TRIES = 5


class Duplicates:
    """The use case behind `possible_duplicate`, `samanyar duplicates` and `/v1/reports/{id}/duplicates`."""

    def __init__(self, store: ReportStore, encoder: str, index: LiveIndex, rule: DuplicateRule, places: frozenset[str]) -> None:
        """places: names of provinces and cities."""
        self._store = store
        self._encoder = encoder
        self._index = index
        self._rule = rule
        self._places = places

    def of(self, report_id: str, *, dismissed: bool = False) -> list[Duplicate]:
        """Other reports with the same work, the surest first; those that a reviewer dismissed only if asked for.
        :raises NotFound:"""
        report = self._store.get(report_id)
        found = self.among_stored(report, self._store.report_vectors(report_id, self._encoder))
        return [each for each in found if dismissed or each.judged is not False]

    def judge(self, report_id: str, other_id: str, *, duplicate: bool, by: str | None) -> list[Duplicate]:
        """Remember what a reviewer says of a pair, as long as neither text changes. «Not a duplicate» takes the reason
        `possible_duplicate` off either report that no other one gives cause for; «a duplicate» puts it on the first. Returns
        what is left of `report_id`. :raises NotFound: :raises InvalidInput: it is one report."""
        if report_id == other_id:
            raise InvalidInput("این یک گزارش است، نه دو گزارش.", detail="a report is no duplicate of itself")
        self._store.judge_pair(report_id, other_id, duplicate=duplicate, by=by)
        for each in (report_id, other_id):
            self._mark_again(each, may_add=duplicate and each == report_id)
        return self.of(report_id)

    def forget(self, report_id: str, expected_version: int | None) -> None:
        """Delete a report, and take `possible_duplicate` off those that only it gave cause for.
        :raises NotFound: :raises VersionConflict:"""
        partners = [each.report.id for each in self.of(report_id)]
        self._store.delete(report_id, expected_version)
        for partner in partners:
            self._mark_again(partner, may_add=False)

    def _mark_again(self, report_id: str, *, may_add: bool) -> None:
        """Bring the mark of a stored report to what is found now; tried again when another process changes it meanwhile."""
        for _ in range(_TRIES):
            try:
                report = self._store.get(report_id)
                marked = self.marked(report, found=bool(self.of(report_id)))
                added = report.analysis is not None and _REASON not in report.analysis.review_reasons
                if marked != report and (may_add or not added):
                    self._store.replace(marked, None, report.version)
            except VersionConflict:
                continue
            except NotFound:
                pass
            return

    @staticmethod
    def marked(report: Report, *, found: bool) -> Report:
        """The report with `possible_duplicate` among its review reasons exactly when something was found."""
        if report.analysis is None or found == (_REASON in report.analysis.review_reasons):
            return report
        reasons = [reason for reason in report.analysis.review_reasons if reason != _REASON]
        reasons += [_REASON] if found else []
        analysis = replace(report.analysis, review_reasons=tuple(reasons), needs_review=bool(reasons))
        return replace(report, analysis=analysis)

    def among_stored(self, report: Report, vectors: ReportVectors | None) -> list[Duplicate]:
        """For a report that need not be stored itself."""
        near = [*self._store.same_text(report.text)[:NEAR], *self._store.near(report.text, NEAR)]
        candidates = dict.fromkeys([*near, *(self._neighbours(vectors.report) if vectors is not None else [])])
        candidates.pop(report.id, None)
        if not candidates:
            return []
        judged = self._store.judged_pairs(report.id)
        own = passages(report.text)
        compared = [self._compared(report, own, vectors, head) for head in self._store.heads(list(candidates)).values()]
        found = [replace(each, judged=judged.get(each.report.id)) for each in compared if each]
        return sorted(found, key=lambda each: (-each.probability, -each.share, each.report.id))

    def _compared(
        self, report: Report, own: Sequence[Passage], vectors: ReportVectors | None, head: ReportHead
    ) -> Duplicate | None:
        """None for a pair that is none, and for a report that went meanwhile."""
        try:
            other = self._store.get(head.id)
        except NotFound:
            return None
        comparison = compare(own, passages(other.text))
        similarity = cosine(vectors, self._store.report_vectors(other.id, self._encoder))
        same = report.text == other.text
        probability = 1.0 if same else self._rule.probability(comparison, similarity)
        if probability < self._rule.threshold:
            return None
        return Duplicate(
            head, kind_of(comparison, same_text=same), round(probability, 4), comparison.share, round(similarity or 0.0, 4),
            flags_of(report, other, comparison, self._places), comparison.changed, comparison.aligned, None,
        )  # fmt: skip

    def _neighbours(self, vector: FloatArray) -> list[str]:
        ids, cosines = self._index.search("report", vector[None], NEIGHBOURS + 1)
        near = [int(each) for each, cosine in zip(ids[0], cosines[0], strict=True) if each >= 0 and cosine >= LEAST_COSINE]
        return list(self._store.owners(near).values())


def cosine(left: ReportVectors | None, right: ReportVectors | None) -> float | None:
    """How near two reports are: of the one with fewer passages, the mean over its passages of the nearest one in the other, or
    the cosine of the reports themselves if that is higher; None where vectors are missing."""
    if left is None or right is None or not left.passages or not right.passages:
        return None
    fewer, more = sorted((left, right), key=lambda each: len(each.passages))
    cosines = np.stack([each.vector for each in fewer.passages]) @ np.stack([each.vector for each in more.passages]).T
    return max(float(cosines.max(axis=1).mean()), float(left.report @ right.report))


def mark_copies(reports: Iterable[Report]) -> Iterator[Report]:
    """The reports of a batch that nobody stored, in order: one of which an earlier one holds half or more, word for word, gets
    `possible_duplicate`, and the earlier one's id as `extra.duplicate_of`. Keeps the texts and eight bytes a band in memory."""
    seen: list[tuple[str, str]] = []
    having: dict[int, list[int]] = defaultdict(list)
    for report in reports:
        keys = bands(lemmas_of(report.text))
        earlier = Counter(number for key in keys for number in having[key])
        likely = sorted(number for number, _ in earlier.most_common(NEAR))
        own = passages(report.text) if likely else []
        first = next((seen[number][0] for number in likely if _copied(report.text, own, seen[number][1])), None)
        if first is None:
            yield report
        else:
            yield Duplicates.marked(replace(report, extra={**report.extra, "duplicate_of": first}), found=True)
        for key in keys:
            having[key].append(len(seen))
        seen.append((report.id, report.text))


def _copied(text: str, own: Sequence[Passage], earlier: str) -> bool:
    return text == earlier or compare(own, passages(earlier)).share >= NEAR_SHARE
