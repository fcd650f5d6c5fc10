"""The values that the whole product passes around.

Every offset is half-open, `[start, end)`, in Unicode code points of the *original* text as it was received after decoding.
Probabilities, scores and similarities are rounded to four decimals where they are created.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

Field = Literal["text", "title"]
Status = Literal["pending", "accepted", "corrected", "rejected"]
Role = Literal["submitter", "reviewer", "analyst", "admin"]
Verdict = Literal["accept", "correct", "reject"]
QueueReason = Literal["conflicting", "possible_duplicate", "uncertain", "poor_text", "random_audit"]
Part = Literal["domains", "summary", "facts"]
Method = Literal["head", "prototype"]
ReviewReason = Literal[
    "low_confidence",
    "near_threshold",
    "out_of_scope",
    "possible_duplicate",
    "poor_text_quality",
    "too_short",
    "truncated",
    "language",
]
QualityCode = Literal[
    "arabic_letters",
    "half_space_lost",
    "presentation_forms",
    "reversed",
    "mojibake",
    "line_breaks",
    "kashida",
    "diacritics",
    "bidi_controls",
    "not_persian",
]
FactKind = Literal["people", "households", "events", "hours", "money", "items", "places", "cases", "jobs", "area", "share"]
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
class Span:
    """A stretch of a report: `text` is exactly `original[start:end]` of `field`."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ScoredSpan(Span):
    """A span with a score in [0, 1]: evidence of a domain, or a sentence of a summary."""

    score: float


@dataclass(frozen=True, slots=True)
class DomainScore:
    """How probable one taxonomy domain is, whether it is assigned, and the spans that say so."""

    code: str
    fa: str
    probability: float
    assigned: bool
    method: Method
    evidence: tuple[ScoredSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A group of domains; its probability is never below that of its highest leaf."""

    code: str
    fa: str
    probability: float
    assigned: bool


@dataclass(frozen=True, slots=True)
class Fallback:
    """Why a summary is extractive though another was asked for: a stable code, and a Persian sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences of the report itself, in order. `text` joins them, repaired for reading; `sentences` are the originals. A text
    in a model's own words has `method` `abstractive:…` and the sentences as its sources."""

    text: str
    method: str
    headline: str | None
    sentences: tuple[ScoredSpan, ...] = ()
    fallback: Fallback | None = None


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """At most so many sentences and words; `focus`: the code of the domain that the summary is to be about; `abstractive`: in a
    model's own words, if an administrator has set one up."""

    sentences: int = 4
    words: int = 120
    focus: str | None = None
    abstractive: bool = False


DEFAULT_SUMMARY = SummaryOptions()


@dataclass(frozen=True, slots=True)
class Fact:
    """A countable achievement: `value` is a plain number in `unit` as written; `text` is the span."""

    kind: FactKind
    value: float
    value_max: float | None
    unit: str
    qualifier: Literal["about", "at_least", "at_most"] | None
    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Plan(Fact):
    """A countable thing that was planned or did not happen; never added to results."""

    status: Literal["planned", "not_done"]


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, Gregorian, both included; JSON keys are `from` and `to`."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Place(Span):
    """A province or city that the text names: ISO 3166-2 code, and the city's name where one is named. `province` is None for a
    city whose name several provinces have."""

    province: str | None
    city: str | None


@dataclass(frozen=True, slots=True)
class DatedSpan(Span):
    """Days, a month, a season or a year that the text names, Jalali or Gregorian."""

    period: Period


@dataclass(frozen=True, slots=True)
class QualityNote:
    """Something that was wrong with the text as it arrived, and whether it was repaired."""

    code: QualityCode
    repaired: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """Codes of `data/facets.yaml`."""

    activities: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an analysis, enough to make it again. `at` is UTC, ISO 8601 with `Z`; `reading`: the weights that facts and
    summaries were read with."""

    model: str
    model_sha256: str
    engine: str
    taxonomy: str
    normalizer: str
    thresholds: str
    at: str
    parts: tuple[Part, ...]
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answer of the machine for one text: the JSON shape of `interface.md`. A part that was not asked for is `None`
    (`summary`, `facets`) or empty (`domains`, `facts`); `provenance.parts` says which parts were asked for and exist."""

    domains: tuple[DomainScore, ...]
    groups: tuple[GroupScore, ...]
    needs_review: bool
    review_reasons: tuple[ReviewReason, ...]
    facets: Facets | None
    summary: Summary | None
    facts: tuple[Fact, ...]
    plans: tuple[Plan, ...]
    quality: tuple[QualityNote, ...]
    provenance: Provenance
    places: tuple[Place, ...] = ()
    periods: tuple[DatedSpan, ...] = ()

    @property
    def assigned(self) -> tuple[str, ...]:
        """Codes of the assigned domains, most probable first."""
        return tuple(domain.code for domain in self.domains if domain.assigned)


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
class SegmentedText:
    """What an encoder is given: normalized title and sentences of one document; `marks`: stretches of sentences, each as
    sentence, start and end in its characters, whose states are wanted too."""

    title: str | None
    sentences: tuple[str, ...]
    marks: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """Consecutive sentences `[first, last)` of one document and their vector. Shape: (dimension,)."""

    first: int
    last: int
    vector: FloatArray


@dataclass(frozen=True, slots=True)
class BranchVectors:
    """Means of the states of the domain branch, not scaled. sentences: (n_sentences, hidden), title: (hidden,); a window's
    vector is the mean over everything that was read in it, and its range the sentences that it holds or cuts."""

    sentences: FloatArray
    title: FloatArray | None
    windows: tuple[EncodedPassage, ...]


@dataclass(frozen=True, slots=True)
class EncodedText:
    """All vectors of one document, unit length; `branch` only from a model that has a domain branch; `marks` only from an
    encoder that pools tokens itself.

    vector: (dimension,), sentences: (n_sentences, dimension), title: (dimension,); marks: (n_marks, width), means of the states
    of the encoder, then of the branch, not scaled; of what was marked."""

    vector: FloatArray
    sentences: FloatArray
    title: FloatArray | None
    passages: tuple[EncodedPassage, ...]
    branch: BranchVectors | None = None
    marks: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class PassageVector:
    """A passage's place in the report and its vector. Shape: (dimension,), unit length."""

    span: Span
    vector: FloatArray


@dataclass(frozen=True, slots=True)
class ReportVectors:
    """The vectors that are stored beside a report. `encoder` is the SHA-256 that names the encoder's weights."""

    encoder: str
    report: FloatArray
    passages: tuple[PassageVector, ...]


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


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `similarity` is cosine; `score` only orders one list; `bm25` is null until lexical search answers."""

    report: ReportHead
    rank: int
    score: float
    similarity: float | None
    bm25: float | None
    passage: Span | None


DuplicateKind = Literal["exact", "near", "semantic"]
DuplicateFlag = Literal["other_date", "other_place", "other_ngo", "numbers_changed"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two sentences that say the same; `changed`: numbers of the left one and what stands for them in the right one."""

    left: Span
    right: Span
    similarity: float
    changed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another report that holds the same work. `share`: of the shorter text's words, how many stand in sentences that both
    have; `similarity`: cosine of the passages; `changed`: numbers here and there; `judged`: what a reviewer said."""

    report: ReportHead
    kind: DuplicateKind
    probability: float
    share: float
    similarity: float
    flags: tuple[DuplicateFlag, ...]
    changed: tuple[tuple[str, str], ...]
    passages: tuple[Aligned, ...]
    judged: bool | None


@dataclass(frozen=True, slots=True)
class SimilarNgo:
    """An NGO that works like another one. `shared`: codes of domains, activities, target_groups and provinces that the reports
    of both show; `passages`: left and right spans that meet, with the report of each; `similarity`: cosine of the means of
    their reports' vectors, one of several things that lists are ordered by."""

    ngo: Ngo
    similarity: float
    shared: Mapping[str, tuple[str, ...]]
    passages: tuple[Mapping[str, Any], ...]
    reason: str


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
