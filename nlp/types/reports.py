"""NGOs and the reports that they send, as they come in and as they are stored; filters and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from nlp.types.analysis import Analysis, Period, ScoredSpan, Summary

Status = Literal["pending", "accepted", "corrected", "rejected"]
RejectCode = Literal[
    "empty_text",
    "text_too_long",
    "file_too_large",
    "password",
    "damaged",
    "unsupported_type",
    "wrong_type",
    "empty_sheet",
    "no_text_column",
    "no_text_layer",
    "ocr_missing",
    "encoding",
    "reader_timeout",
    "reader_crashed",
]


@dataclass(frozen=True, slots=True)
class NgoRef:
    """An NGO as a submitter wrote it; the store finds or creates the NGO that is meant."""

    name: str | None = None
    registration_number: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Ngo:
    """An organization. `id` is a ULID."""

    id: str
    name: str
    registration_number: str | None = None


@dataclass(frozen=True, slots=True)
class CountedNgo(Ngo):
    """An organization, and how many reports it has."""

    reports: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a report came from. `row` counts from 1 with the header."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as it came in, its fields recognized (province as ISO 3166-2, period as dates) but not yet analysed."""

    text: str
    title: str | None = None
    id: str | None = None
    ngo: NgoRef | None = None
    province: str | None = None
    city: str | None = None
    period: Period | None = None
    submitted_at: datetime | None = None
    source: Source | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One text that an NGO submitted, with its analysis. `version` counts from 1 and rises with every change."""

    id: str
    ngo: Ngo | None
    title: str | None
    text: str
    province: str | None
    city: str | None
    period: Period | None
    submitted_at: datetime
    source: Source | None
    status: Status
    analysis: Analysis | None
    review: Mapping[str, Any] | None
    extra: Mapping[str, Any]
    version: int

    @property
    def domains(self) -> tuple[str, ...]:
        """Codes of the domains that count: those that a reviewer left, else those that the machine assigned."""
        reviewed = self._reviewed("domains")
        if reviewed is not None:
            return tuple(reviewed)
        return self.analysis.assigned if self.analysis else ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Codes of the groups that count: of the domains that a reviewer left, else those that the machine assigned."""
        reviewed = self._reviewed("groups")
        if reviewed is not None:
            return tuple(reviewed)
        return tuple(group.code for group in self.analysis.groups if group.assigned) if self.analysis else ()

    @property
    def summary(self) -> Summary | None:
        """The summary that a reviewer wrote, else the machine's."""
        edited = self._reviewed("summary")
        if edited is None:
            return self.analysis.summary if self.analysis else None
        sentences = tuple(ScoredSpan(**span) for span in edited["sentences"])
        return Summary(edited["text"], edited["method"], edited["headline"], sentences)

    def _reviewed(self, what: str) -> Any:
        """What the newest decision says; nothing while the report waits for one, or was rejected."""
        return self.review.get(what) if self.review and self.status in ("accepted", "corrected") else None


@dataclass(frozen=True, slots=True)
class Row:
    """One report as a reader found it: values by Report field name (`text`, `title`, `ngo`, `province`, `period_from` ...), as
    they stood in the file; whatever no header claims is in `extra`. `truncated` marks a source that was cut before it came."""

    values: Mapping[str, Any]
    source: Source
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """What could not be read: a stable code, a Persian sentence for people, a detail for engineers."""

    source: Source
    code: RejectCode
    message: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which reports: every given field must match; `since`/`until` keep reports whose period overlaps the range; `job` keeps
    those that one import job took in."""

    domain: str | None = None
    group: str | None = None
    province: str | None = None
    ngo: str | None = None
    status: Status | None = None
    needs_review: bool | None = None
    since: date | None = None
    until: date | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class ReportHead:
    """A report as lists and search hits show it."""

    id: str
    title: str | None
    ngo: Ngo | None
    province: str | None
    period: Period | None
    domains: tuple[str, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on every input; past one the answer is a clear error, never a crash or a silent cut."""

    text_characters: int = 100_000
    title_characters: int = 500
    file_bytes: int = 20_000_000
    pages: int = 200
    rows: int = 100_000
    cells: int = 5_000_000
    unpacked_bytes: int = 500_000_000
    nesting: int = 64
    request_bytes: int = 25_000_000
    requests_per_minute: int = 120
    reader_seconds: int = 120
    reader_memory_bytes: int = 2_000_000_000
    batch_items: int = 64
    query_characters: int = 300
