"""What a reviewer should look at next, and why: pure, so that the store can keep it in columns beside each report.

A report waits while nobody has decided on it, and again while those who did contradict each other. Reasons are a closed list,
the most urgent first; of those that the machine is sure about, chance draws a share, so that its precision on them is known.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from nlp.types import Analysis, QueueReason, Report, ReviewReason, Verdict

RULES = 1
"""Counts up when the same report would wait for other reasons or in another place."""
REASONS: tuple[QueueReason, ...] = get_args(QueueReason)
AUDIT = REASONS.index("random_audit")
_REASON: Mapping[ReviewReason, QueueReason] = {
    "possible_duplicate": "possible_duplicate",
    "low_confidence": "uncertain",
    "near_threshold": "uncertain",
    "out_of_scope": "uncertain",
    "poor_text_quality": "poor_text",
    "too_short": "poor_text",
    "truncated": "poor_text",
    "language": "poor_text",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one reviewer decided on the text as it is; `domains` is None where it was rejected."""

    by: str
    decision: Verdict
    domains: frozenset[str] | None


def reasons_of(report: Report, *, conflicting: bool) -> tuple[QueueReason, ...] | None:
    """Why it waits, the most urgent reason first; None: it does not. A report that only chance may draw waits for nothing else:
    the empty tuple."""
    if report.status != "pending":
        return ("conflicting",) if conflicting else None
    if report.analysis is None:
        return ("uncertain",)
    found = {_REASON[reason] for reason in report.analysis.review_reasons}
    return tuple(reason for reason in REASONS if reason in found)


def uncertainty_of(analysis: Analysis | None) -> float:
    """Of the most doubtful domain: 0 sure, 1 a coin's toss. A text that was not analysed is 1."""
    if analysis is None:
        return 1.0
    return round(2 * max((min(each.probability, 1 - each.probability) for each in analysis.domains), default=0.0), 4)


def draw(report_id: str) -> float:
    """A number in [0, 1) that chance gave this id once and for all: below the audit's share, the report is drawn."""
    return int.from_bytes(hashlib.sha256(f"audit:{report_id}".encode()).digest()[:6], "big") / (1 << 48)


def is_audited(report: Report, share: float) -> bool:
    """Whether the machine was sure of it, and it is only looked at because it was drawn."""
    return report.status == "pending" and reasons_of(report, conflicting=False) == () and draw(report.id) < share


def in_conflict(said: Sequence[Said]) -> bool:
    """Whether the newest words of different reviewers differ, and more than half of them do not agree. said: oldest first."""
    newest = {each.by: (each.decision == "reject", each.domains) for each in said}
    counts = Counter(newest.values())
    return len(counts) > 1 and 2 * max(counts.values()) <= len(newest)


def contradicts(own: Said, other: Said) -> bool:
    """Whether two reports that are one and the same were decided on differently."""
    return (own.decision == "reject", own.domains) != (other.decision == "reject", other.domains)
