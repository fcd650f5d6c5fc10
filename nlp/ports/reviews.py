"""Ports of reviewers' decisions and of their queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from nlp.types import Claim, Filters, QueueReason, Report, Review, Version, Waiting


class ReviewStore(Protocol):
    """What reviewers decided: only added to, brought to other codes by another taxonomy, and gone with its report."""

    def decide(self, report: Report, review: Review, expected_version: int) -> Report:
        """Keep the decision, and the report as it stands after it; its vectors stay.
        :raises NotFound: :raises VersionConflict: :raises Claimed: somebody else works on it."""
        ...

    def of(self, report_id: str) -> tuple[Review, ...]:
        """Oldest first. :raises NotFound:"""
        ...

    def stamp(self) -> tuple[int, str | None]:
        """How many decisions there are, and the id of the newest: where both are the same, so are the decisions."""
        ...

    def all(self) -> Iterator[Review]:
        """Every decision of every report, oldest first."""
        ...

    def rewrite(self, change: Callable[[Review], Review], *, apply: bool) -> int:
        """Bring every decision to other codes, in one transaction; returns how many change. Without `apply` it only counts."""
        ...

    def versions(self, report_id: str) -> tuple[Version, ...]:
        """Every version with who made it and when, oldest first, the one that stands last. :raises NotFound:"""
        ...


@dataclass(frozen=True, slots=True)
class QueuePage:
    items: tuple[Waiting, ...]
    next: str | None


class QueueStore(Protocol):
    """Reports that wait for a reviewer (`nlp.review.queue`), and who works on which."""

    def waiting(self, filters: Filters, audit_share: float, limit: int, cursor: str | None = None) -> QueuePage:
        """By reason, then the least sure, then the oldest; of those that wait for nothing else, the share that was drawn.
        :raises InvalidInput: a cursor that this store did not make."""
        ...

    def counts(self, filters: Filters, audit_share: float) -> Mapping[QueueReason, int]:
        """How many wait, by their most urgent reason; reasons that none has are left out."""
        ...

    def next(self, filters: Filters, audit_share: float, by: str, after: str | None = None) -> Waiting | None:
        """The first one that nobody else holds; after the report `after`, if that one waits."""
        ...

    def holder(self, report_id: str) -> Claim | None:
        """Who holds it now; None: nobody, or there is no such report."""
        ...

    def claim(self, report_id: str, by: str, seconds: float) -> Claim:
        """Take a report, or hold it longer. :raises NotFound: :raises Claimed: somebody else holds it."""
        ...

    def release(self, report_id: str, by: str) -> None:
        """Give it back; one that nobody holds stays so. :raises NotFound: :raises Claimed: somebody else holds it."""
        ...
