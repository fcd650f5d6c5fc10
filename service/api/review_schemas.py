"""What requests and answers of the reviewers' work look like."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from nlp.types import QueueReason, Status, Summary, Verdict
from service.api.schemas import HeadShape, StrictInput


class SpanInput(StrictInput):
    """A stretch of the report; `text` must be exactly what stands there."""

    field: Literal["text", "title"] = "text"
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class SummaryEdit(StrictInput):
    """A summary as a reviewer wrote it, and the sentences of the report that it stands on."""

    text: str
    sentences: list[SpanInput] = Field(default_factory=list, max_length=100)


class ReviewInput(StrictInput):
    """`correct` needs domains (their whole list, which may be empty), a summary, or both; `reject` a note."""

    decision: Verdict
    domains: list[str] | None = Field(default=None, max_length=100)
    summary: SummaryEdit | None = None
    note: str | None = None


class ReviewShape(BaseModel):
    """A decision; `assigned` and `probabilities` are what the machine had said."""

    id: str
    report: str
    version: int
    decision: Verdict
    domains: list[str] | None
    groups: list[str] | None
    summary: Summary | None
    note: str | None
    by: str
    at: datetime
    assigned: list[str]
    probabilities: dict[str, float]
    model: str | None
    audited: bool


class ReviewList(BaseModel):
    """Oldest first."""

    items: list[ReviewShape]
    next: str | None


class StepShape(BaseModel):
    """One version of a report; `changed` names the fields that were others before."""

    version: int
    at: datetime
    by: str | None
    status: Status
    domains: list[str]
    decision: Verdict | None
    changed: list[str]


class StepList(BaseModel):
    """Oldest first."""

    items: list[StepShape]
    next: str | None


class ClaimShape(BaseModel):
    """Who works on a report, and until when."""

    by: str
    until: datetime


class WaitingShape(BaseModel):
    """A report that waits for a reviewer, and why; `uncertainty` is that of its most doubtful domain."""

    report: HeadShape
    reasons: list[QueueReason]
    uncertainty: float
    since: datetime
    claim: ClaimShape | None


class WaitingList(BaseModel):
    """The most urgent first."""

    items: list[WaitingShape]
    next: str | None
