"""Reviewers' work on one report: decide, and look back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from nlp.errors import VersionConflict
from nlp.ports import ReportStore, ReviewStore
from nlp.review.decisions import Decision, decided
from nlp.review.queue import is_audited
from nlp.taxonomy import Taxonomy
from nlp.types import Report


class Reviews:
    """The use case behind `POST /v1/reports/{id}/reviews`."""

    def __init__(
        self,
        reports: ReportStore,
        reviews: ReviewStore,
        taxonomy: Taxonomy,
        audit_share: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._reports = reports
        self._reviews = reviews
        self._taxonomy = taxonomy
        self._audit_share = audit_share
        self._clock = clock

    def decide(self, report_id: str, decision: Decision, expected_version: int, *, by: str) -> Report:
        """Keep what a reviewer says of the version that they saw.

        :raises NotFound: :raises VersionConflict: it is another version by now. :raises InvalidInput:
        :raises Claimed: somebody else works on it."""
        report = self._reports.get(report_id)
        if report.version != expected_version:
            raise VersionConflict(
                "کس دیگری این گزارش را تغییر داده است.", detail=f"version {report.version}, expected {expected_version}"
            )
        audited = is_audited(report, self._audit_share)
        after, review = decided(report, decision, self._taxonomy, by=by, at=self._clock(), audited=audited)
        return self._reviews.decide(after, review, expected_version)
