"""Rows of any table to reports: find the header row, map its columns, keep the rest in `extra`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from nlp.adapters.readers.findings import finding, is_blank
from nlp.adapters.readers.headers import assign, extra_names, field_of, fold, shown
from nlp.adapters.readers.request import Refused, Request
from nlp.types import Reject, Row

HEADER_ROWS = 20
Cells = Sequence[Any]


@dataclass(slots=True)
class Budget:
    """Rows and cells that one file may still hold, over all its sheets."""

    rows: int
    cells: int

    @classmethod
    def of(cls, request: Request) -> Budget:
        return cls(request.limits.rows, request.limits.cells)

    def spend(self, cells: int, row: int, sheet: str | None) -> None:
        self.rows -= 1
        self.cells -= cells
        if self.rows < 0:
            raise Refused("file_too_large", "too many rows; the rest was not read", sheet=sheet, row=row, hint="rows")
        if self.cells < 0:
            raise Refused("file_too_large", "too many cells; the rest was not read", sheet=sheet, row=row, hint="cells")


def plain(value: Any) -> Any:
    """A cell as text (12.0 is "12", dates are ISO); lists and objects stay, with plain leaves; nothing is None."""
    match value:
        case None:
            return None
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return _written(value).strip() or None


def _written(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case datetime():
            midnight = value.time() == time() and value.tzinfo is None
            return value.date().isoformat() if midnight else value.isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def read_table(
    request: Request, rows: Iterable[tuple[int, Cells]], budget: Budget, *, sheet: str | None = None, first_column: int = 0
) -> Iterator[Row | Reject]:
    """Reports of one table; `rows` are numbered as in the file. What ends the table early comes last, as a reject."""
    try:
        yield from _reports(request, _spent(rows, budget, sheet), sheet, first_column)
    except Refused as refusal:
        yield request.reject(refusal.code, refusal.detail, sheet=refusal.sheet or sheet, row=refusal.row, hint=refusal.hint)


def _spent(rows: Iterable[tuple[int, Cells]], budget: Budget, sheet: str | None) -> Iterator[tuple[int, list[Any]]]:
    """Plain rows that are not empty, while the budget lasts. Empty rows cost cells, not rows."""
    for number, cells in rows:
        values = [plain(cell) for cell in cells]
        if any(value is not None for value in values):
            budget.spend(len(values), number, sheet)
            yield number, values
        else:
            budget.cells -= len(values)


def _reports(
    request: Request, rows: Iterator[tuple[int, list[Any]]], sheet: str | None, first_column: int
) -> Iterator[Row | Reject]:
    head: list[tuple[int, list[Any]]] = []
    refusal: Refused | None = None
    try:
        for number, values in rows:
            head.append((number, values))
            if len(head) >= HEADER_ROWS:
                break
    except Refused as error:
        refusal = error
    if not head:
        raise refusal or Refused("empty_sheet", "no row has any content")
    index = _header_index(request, [values for _, values in head])
    headers = [""] * first_column + [_header(value) for value in head[index][1]]
    chosen = assign(headers, request.mapping)
    if "text" not in chosen.values():
        raise Refused("no_text_column", f"no column is the text; headers: {', '.join(shown(headers))}")
    layout = _Layout(headers, chosen, first_column)
    found = 0
    for number, values in head[index + 1 :]:
        found += 1
        yield layout.report(request, number, values, sheet)
    if refusal is not None:
        raise refusal
    for number, values in rows:
        found += 1
        yield layout.report(request, number, values, sheet)
    if not found:
        raise Refused("empty_sheet", "nothing below the header row")


def _header(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _header_index(request: Request, rows: Sequence[Sequence[Any]]) -> int:
    """The row that names most fields; the first of equals."""
    wanted = {fold(name) for name in request.mapping.values()}
    scores: list[int] = []
    for values in rows:
        headers = [_header(value) for value in values if isinstance(value, str) and len(value) <= 120]
        known = {field[0] for header in headers if (field := field_of(header)) is not None}
        mapped = wanted & {fold(header) for header in headers}
        scores.append(len(known) + 2 * len(mapped))
    return scores.index(max(scores))


class _Layout:
    """Where each column of one table goes."""

    def __init__(self, headers: Sequence[str], chosen: dict[int, str], first_column: int) -> None:
        self._headers = list(headers)
        self._chosen = chosen
        self._names = extra_names(headers, chosen)
        self._first = first_column

    def report(self, request: Request, number: int, values: Sequence[Any], sheet: str | None) -> Row | Reject:
        width = self._first + len(values)
        if width > len(self._headers):
            self._headers += [""] * (width - len(self._headers))
            self._names = extra_names(self._headers, self._chosen)
        fields: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for column, value in enumerate(values, self._first):
            if value is None:
                continue
            field = self._chosen.get(column)
            if field is None:
                extra[self._names[column]] = value
            else:
                fields[field] = value
        if is_blank(fields.get("text")):
            return request.reject("empty_text", "the row has content, but no text", sheet=sheet, row=number)
        return finding(request, fields, extra, sheet=sheet, row=number)
