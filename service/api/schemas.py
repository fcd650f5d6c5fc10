"""What requests may hold and what answers look like, for validation and for OpenAPI. Unknown request fields are refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nlp.types import (
    DEFAULT_SUMMARY,
    Analysis,
    Ngo,
    Source,
    Span,
    Status,
    SummaryOptions,
)

Text = Annotated[str, Field(description="The report, Persian, at most 100,000 characters.")]


class StrictInput(BaseModel):
    """What a request may hold: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NgoInput(StrictInput):
    """An NGO by its id, its registration number or its name."""

    id: str | None = None
    name: str | None = None
    registration_number: str | None = None


class PeriodInput(StrictInput):
    """Jalali (1403/05/12, 1403/05, 1403) or ISO dates, widened to first and last day."""

    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")


class TextInput(StrictInput):
    """One report to analyse or store."""

    text: Text
    id: str | None = None
    title: str | None = None
    ngo: str | NgoInput | None = None
    ngo_registration_number: str | None = None
    province: str | None = Field(default=None, description="ISO 3166-2 code, name or alias.")
    city: str | None = None
    period: str | PeriodInput | None = None
    submitted_at: datetime | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    @property
    def options(self) -> SummaryOptions:
        """How its summary is wanted."""
        return DEFAULT_SUMMARY


class EmbedInput(TextInput):
    """A text to embed, as what is found (`passage`) or as what is searched with (`query`)."""

    kind: Literal["passage", "query"] = "passage"


class SummaryInput(TextInput):
    """A text to summarize: at most so many sentences and words; `focus`: the code of the domain that it is to be about;
    `method`: made of the report's own sentences, or in the words of a model that an administrator has set up."""

    max_sentences: int = Field(default=DEFAULT_SUMMARY.sentences, ge=1, le=20)
    max_words: int = Field(default=DEFAULT_SUMMARY.words, ge=10, le=1000)
    focus: str | None = None
    method: Literal["extractive", "abstractive"] = "extractive"

    @property
    def options(self) -> SummaryOptions:
        return SummaryOptions(self.max_sentences, self.max_words, self.focus, self.method == "abstractive")


class ItemsInput(StrictInput):
    """Up to 64 inputs, answered in order."""

    items: list[dict[str, Any]] = Field(min_length=1, max_length=64)


class ReportPatch(StrictInput):
    """Fields to change; what is not given stays."""

    text: str | None = None
    title: str | None = None
    ngo: str | NgoInput | None = None
    province: str | None = None
    city: str | None = None
    period: str | PeriodInput | None = None
    extra: dict[str, Any] | None = None


class FilterInput(StrictInput):
    """Every given field must match."""

    domain: str | None = None
    group: str | None = None
    province: str | None = None
    ngo: str | None = None
    status: Status | None = None
    needs_review: bool | None = None
    job: str | None = Field(default=None, description="Reports that one import job took in.")
    since: str | None = Field(default=None, alias="from")
    until: str | None = Field(default=None, alias="to")


class SearchInput(FilterInput):
    """A text (a word, a question or a whole report) or a stored report's id."""

    text: str | None = None
    report_id: str | None = None
    mode: Literal["hybrid", "dense", "lexical"] = "hybrid"
    k: int = Field(default=10, ge=1, le=100)


class PeriodShape(BaseModel):
    """First and last day, Gregorian."""

    start: date | None = Field(alias="from")
    end: date | None = Field(alias="to")


class ReportShape(BaseModel):
    """A stored report."""

    id: str
    ngo: Ngo | None
    title: str | None
    text: str
    province: str | None
    city: str | None
    period: PeriodShape | None
    submitted_at: datetime
    source: Source | None
    status: Status
    analysis: Analysis | None
    review: dict[str, Any] | None
    extra: dict[str, Any]
    version: int
    domains: list[str] = Field(description="Codes that count: as a reviewer left them, else as assigned.")


class ReportList(BaseModel):
    """One page of reports, newest first."""

    items: list[ReportShape]
    next: str | None


class HeadShape(BaseModel):
    """A report as search shows it."""

    id: str
    title: str | None
    ngo: Ngo | None
    province: str | None
    period: PeriodShape | None
    domains: list[str]
    status: Status


class HitShape(BaseModel):
    """One search result; `similarity` is cosine, `score` only orders this list."""

    report: HeadShape
    rank: int
    score: float
    similarity: float | None
    bm25: float | None
    passage: Span | None


class HitList(BaseModel):
    """Search results, best first."""

    items: list[HitShape]
    next: str | None


class NgoShape(BaseModel):
    """An NGO, and how many reports it has."""

    id: str
    name: str
    registration_number: str | None
    reports: int


class NgoList(BaseModel):
    """By name."""

    items: list[NgoShape]
    next: str | None


class DuplicateInput(StrictInput):
    """What a reviewer says of a pair."""

    duplicate: bool


class AlignedShape(BaseModel):
    """Two sentences that say the same; `changed`: numbers here and there."""

    left: Span
    right: Span
    similarity: float
    changed: list[tuple[str, str]]


class DuplicateShape(BaseModel):
    """Another report with the same work."""

    report: HeadShape
    kind: Literal["exact", "near", "semantic"]
    probability: float
    share: float
    similarity: float
    flags: list[Literal["other_date", "other_place", "other_ngo", "numbers_changed"]]
    changed: list[tuple[str, str]]
    passages: list[AlignedShape]
    judged: bool | None


class DuplicateList(BaseModel):
    """The surest first."""

    items: list[DuplicateShape]
    next: str | None


class JobShape(BaseModel):
    """A long task."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int | None
    errors: list[dict[str, Any]]
    result_url: str | None


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None
    instance: str
    errors: list[dict[str, str]] | None = None


PROBLEM: dict[str, Any] = {
    "description": "RFC 9457 problem",
    "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
}
