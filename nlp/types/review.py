"""People and what they do with reports: decisions, versions, the queue, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nlp.types.analysis import Summary
from nlp.types.reports import Report, ReportHead

Role = Literal["submitter", "reviewer", "analyst", "admin"]
Verdict = Literal["accept", "correct", "reject"]
QueueReason = Literal["conflicting", "possible_duplicate", "uncertain", "poor_text", "random_audit"]


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's word on one version of a report. `domains` are those that count from then on (None: it was rejected),
    `summary` only an edited one; `assigned` and `probabilities` (by code) are what the machine had said, `model` the SHA-256 of
    what said it; `audited`: the machine was sure, and the report was drawn by chance."""

    id: str
    report: str
    version: int
    decision: Verdict
    domains: tuple[str, ...] | None
    groups: tuple[str, ...] | None
    summary: Summary | None
    note: str | None
    by: str
    at: datetime
    assigned: tuple[str, ...]
    probabilities: Mapping[str, float]
    model: str | None
    audited: bool


@dataclass(frozen=True, slots=True)
class Version:
    """What a report was from a moment on, and who made it so; None: nobody wrote it down."""

    report: Report
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who logs in; a submitter is bound to the NGO `ngo`."""

    id: str
    login: str
    name: str | None
    role: Role
    ngo: str | None
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in. `csrf` proves that a change was asked for by our own page."""

    user: User
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a report, and until when nobody else may."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits for a reviewer. `uncertainty`: of the most doubtful domain, 0 to 1; `since`: when it began to."""

    report: ReportHead
    reasons: tuple[QueueReason, ...]
    uncertainty: float
    since: datetime
    claim: Claim | None
