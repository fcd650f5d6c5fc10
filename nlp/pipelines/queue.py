"""The reviewers' queue: what to look at next, and who is at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp.ports import QueuePage, QueueStore
from nlp.types import Claim, Filters, QueueReason, Waiting


@dataclass(frozen=True, slots=True)
class Queue:
    """The use case behind `/v1/queue`. audit_share: of the reports that the machine is sure of; claim_seconds: how long a claim
    holds."""

    store: QueueStore
    audit_share: float
    claim_seconds: float

    def waiting(self, filters: Filters, limit: int, cursor: str | None = None) -> QueuePage:
        """The most urgent first. :raises InvalidInput: a cursor that is none."""
        return self.store.waiting(filters, self.audit_share, limit, cursor)

    def counts(self, filters: Filters) -> Mapping[QueueReason, int]:
        """How many wait, by their most urgent reason; reasons that none has are left out."""
        return self.store.counts(filters, self.audit_share)

    def next(self, filters: Filters, by: str, after: str | None = None) -> Waiting | None:
        """The first one that nobody else holds; after the report `after`, if that one waits."""
        return self.store.next(filters, self.audit_share, by, after)

    def holder(self, report_id: str) -> Claim | None:
        """Who works on it now; None: nobody."""
        return self.store.holder(report_id)

    def claim(self, report_id: str, by: str) -> Claim:
        """:raises NotFound: :raises Claimed:"""
        return self.store.claim(report_id, by, self.claim_seconds)

    def release(self, report_id: str, by: str) -> None:
        """:raises NotFound: :raises Claimed:"""
        self.store.release(report_id, by)
