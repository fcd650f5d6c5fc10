"""What a table says of a report: the columns that csv, parquet and xlsx share."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nlp.types import Period, Report, Source
from nlp.wire import to_json

Cell = str | int | float | bool | None

SEPARATOR = "؛"
COLUMNS = (
    "id",
    "ngo",
    "title",
    "province",
    "period",
    "domains",
    "domain_names",
    "probability",
    "needs_review",
    "review_reasons",
    "summary",
    "facts",
    "source",
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """`cells` stand under `COLUMNS`, `extra` under the other columns; `probabilities` are by domain code."""

    cells: tuple[Cell, ...]
    extra: Mapping[str, Cell]
    probabilities: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`header` names every column. `extra` are the keys of the columns after `COLUMNS`."""

    header: tuple[str, ...]
    extra: tuple[str, ...]
    rows: Iterable[TableRow]

    def lines(self) -> Iterator[tuple[TableRow, tuple[Cell, ...]]]:
        """Every row with its cells in the order of the header. :raises ValueError: an extra key that was not announced."""
        for row in self.rows:
            if unknown := row.extra.keys() - set(self.extra):
                raise ValueError(f"extra columns that were not announced: {sorted(unknown)}")
            yield row, row.cells + tuple(row.extra.get(key) for key in self.extra)


def tabulate(reports: Iterable[Report], extra_columns: Sequence[str] | None, reserved: Sequence[str] = ()) -> Table:
    """Rows that stream when the extra columns are known, and are all read first when they are not. Extra columns keep their
    names, made unique beside `COLUMNS` and `reserved`."""
    rows: Iterable[TableRow] = map(_row, reports)
    if extra_columns is None:
        rows = list(rows)
        extra = tuple(dict.fromkeys(key for row in rows for key in row.extra))
    else:
        extra = tuple(dict.fromkeys(map(encodable, extra_columns)))
    return Table(COLUMNS + _unique(extra, {*COLUMNS, *reserved}), extra, rows)


def encodable(text: str) -> str:
    """The text with lone surrogates, which no file can hold, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _row(report: Report) -> TableRow:
    analysis = report.analysis
    domains = analysis.domains if analysis else ()
    known = {domain.code: domain for domain in domains}
    listed = [known[code] for code in report.domains if code in known]
    top = max(listed, key=lambda domain: domain.probability, default=None if report.domains else next(iter(domains), None))
    cells: tuple[Cell, ...] = (
        report.id,
        report.ngo.name if report.ngo else None,
        report.title,
        report.province,
        _period(report.period) if report.period else None,
        SEPARATOR.join(report.domains) if analysis else None,
        SEPARATOR.join(_names(report)) if analysis else None,
        top.probability if top else None,
        analysis.needs_review if analysis else None,
        SEPARATOR.join(analysis.review_reasons) if analysis else None,
        report.summary.text if report.summary else None,
        SEPARATOR.join(fact.text for fact in analysis.facts) if analysis else None,
        _source(report.source) if report.source else None,
    )
    return TableRow(
        tuple(map(_cell, cells)),
        {encodable(str(key)): _cell(value) for key, value in report.extra.items()},
        tuple((domain.code, domain.probability) for domain in domains),
    )


def _names(report: Report) -> list[str]:
    """Of its domains, in Persian; those that a reviewer added are named in the review."""
    reviewed = dict(zip(report.domains, (report.review or {}).get("domain_names") or (), strict=False))
    names = {domain.code: domain.fa for domain in report.analysis.domains} if report.analysis else {}
    return [names.get(code) or reviewed.get(code, code) for code in report.domains]


def _period(period: Period) -> str | None:
    days = [day.isoformat() if day else "" for day in (period.start, period.end)]
    return "/".join(days) if any(days) else None


def _source(source: Source) -> str | None:
    sheet = f"#{source.sheet}" if source.sheet is not None else ""
    row = f"!{source.row}" if source.row is not None else ""
    return f"{source.file or ''}{sheet}{row}" or None


def _cell(value: Any) -> Cell:
    """Text, numbers and truth values as they are, lists of text joined, anything else as JSON."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime) and value.tzinfo is None:  # the clock that the file showed; no zone is made up for it
        return value.isoformat()
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return encodable(SEPARATOR.join(value))
    data = to_json(value)
    return encodable(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False))


def _unique(names: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    unique = []
    for name in names:
        candidate, number = name, 2
        while candidate in taken:
            candidate, number = f"{name}_{number}", number + 1
        taken.add(candidate)
        unique.append(candidate)
    return tuple(unique)
