"""What is found beside a report: hits, duplicates, similar NGOs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nlp.types.analysis import Span
from nlp.types.reports import Ngo, ReportHead


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
