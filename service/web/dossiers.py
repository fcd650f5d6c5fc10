"""What the pages of NGOs show: counts as bars, and achievements as a table of things by years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.web import words

SHOWN_YEARS = 8
"""Older years are in the downloads."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many reports show a code; `share`: of the most frequent one, 0 to 1."""

    code: str
    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Thing:
    """One countable thing; `cells`: its total of each year of the table, None where there is none."""

    kind: str
    unit: str
    cells: tuple[Mapping[str, Any] | None, ...]
    most: float

    @property
    def name(self) -> str:
        """Its kind, as people say it."""
        return words.KINDS[self.kind]

    def share(self, value: float) -> float:
        """Of the largest figure in its row, 0 to 1."""
        return value / self.most if self.most else 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """years: the newest first."""

    years: tuple[int, ...]
    things: tuple[Thing, ...]


def bars(counts: Mapping[str, int], name: Callable[[str], str]) -> list[Bar]:
    """The most frequent first."""
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Bar(code, name(code), count, count / most) for code, count in ordered]


def table(totals: Sequence[Mapping[str, Any]]) -> Table:
    """Totals (JSON shape of `nlp.review.ledger.Total`) of the newest years; things that more years have come first."""
    years = tuple(sorted({total["year"] for total in totals}, reverse=True)[:SHOWN_YEARS])
    found: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    for total in totals:
        if total["year"] in years:
            found.setdefault((total["kind"], total["unit"]), {})[total["year"]] = total
    kinds = list(words.KINDS)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), kinds.index(pair[0][0]), -_most(pair[1]), pair[0][1]))
    return Table(years, tuple(Thing(*key, tuple(map(cells.get, years)), _most(cells)) for key, cells in ordered))


def _most(cells: Mapping[int, Mapping[str, Any]]) -> float:
    return max(float(each[part]) for each in cells.values() for part in ("value", "planned", "not_done"))


def titles(years: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By the id of a report, what people call it."""
    return {head["id"]: head["title"] or "گزارش بی‌عنوان" for year in years for head in year["reports"]}
