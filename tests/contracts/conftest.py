"""Stores over real SQLite files, and reports to put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.types import (
    Analysis,
    DomainScore,
    FloatArray,
    GroupScore,
    PassageVector,
    Period,
    Provenance,
    Report,
    ReportVectors,
    ScoredSpan,
    Source,
    Span,
)

ENCODER = "e" * 64


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def stores(url: str, clock: Clock) -> Iterator[Stores]:
    opened = open_stores(SqlConfig(url=url), now=clock)
    yield opened
    opened.close()


def analysis_of(*domains: str, groups: tuple[str, ...] = (), needs_review: bool = False) -> Analysis:
    """These domains and groups are assigned, and one of each is not."""
    evidence = (ScoredSpan("text", 0, 4, "سلام", 0.5),)
    assigned = [
        DomainScore(code, "حوزه", round(0.9 - place / 10, 4), assigned=True, method="head", evidence=evidence)
        for place, code in enumerate(domains)
    ]
    assigned_groups = [GroupScore(code, "گروه", 0.95, assigned=True) for code in groups]
    return Analysis(
        domains=(*assigned, DomainScore("not_assigned", "دیگر", 0.06, assigned=False, method="prototype")),
        groups=(*assigned_groups, GroupScore("not_assigned", "گروه", 0.1, assigned=False)),
        needs_review=needs_review,
        review_reasons=("near_threshold",) if needs_review else (),
        facets=None,
        summary=None,
        facts=(),
        plans=(),
        quality=(),
        provenance=Provenance("m", "a" * 64, "openvino-bf16", "1:ab", "n", "t", "2025-01-01T00:00:00Z", ("domains",)),
    )


@pytest.fixture
def make_analysis() -> Callable[..., Analysis]:
    return analysis_of


def report_of(report_id: str = "r-1", **changes: Any) -> Report:
    values: dict[str, Any] = {
        "id": report_id,
        "ngo": None,
        "title": "عنوان",
        "text": "سلام به سازمان‌های مردم‌نهاد 🙂 در کرمان.",
        "province": "IR-08",
        "city": "بم",
        "period": Period(date(2024, 3, 20), date(2025, 3, 20)),
        "submitted_at": datetime(2024, 6, 1, 12, 30, 0, 5, tzinfo=UTC),
        "source": Source("الف.xlsx", "برگه", 3),
        "status": "pending",
        "analysis": analysis_of("addiction", "mental_health", groups=("addiction_and_health",)),
        "review": None,
        "extra": {"ستون": [1, None, "ب"]},
        "version": 1,
    }
    return Report(**{**values, **changes})


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return report_of


def _unit(rows: int, seed: int = 0, dimension: int = 8) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def make_vectors() -> Callable[..., ReportVectors]:
    def make(text: str = "سلام به همه", passages: int = 2, seed: int = 0, encoder: str = ENCODER) -> ReportVectors:
        rows = _unit(passages + 1, seed)
        spans = [Span("text", start, start + 4, text[start : start + 4]) for start in range(passages)]
        return ReportVectors(encoder, rows[0], tuple(map(PassageVector, spans, rows[1:])))

    return make
