"""What the machine says of one text: spans, domains, summary, facts, plans, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Field = Literal["text", "title"]
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
