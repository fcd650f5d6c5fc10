"""Excel workbooks, right to left: reports, and a second sheet with all probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from nlp.adapters.writers.atomic import replacing
from nlp.adapters.writers.table import COLUMNS, Cell, TableRow, tabulate
from nlp.errors import InvalidInput
from nlp.types import Report

REPORTS = "گزارش‌ها"
PROBABILITIES = "احتمال‌ها"
TRUNCATED = "truncated_columns"

_CELL_UNITS = 32_767  # of UTF-16, Excel's limit for one cell
_EXACT_INTEGERS = 10**15  # Excel keeps 15 digits of a number
_WIDTHS = dict(zip(COLUMNS, (28, 28, 36, 10, 23, 28, 36, 11, 12, 24, 70, 36, 30), strict=True))
_OTHER_WIDTH = 20
_WRAPPED = frozenset({"title", "domain_names", "summary", "facts"})
_FULL = "این فهرست در یک کاربرگ اکسل جا نمی‌شود؛ خروجی csv یا parquet بگیرید."


class XlsxWriter:
    """Streams through temporary files; of each row only its id and probabilities stay in memory, for the second sheet.

    Nothing is cut silently: a text over Excel's limit ends with «…» and its column is named in the last column,
    `truncated_columns`. Numbers of more than 15 digits, which Excel would round, are written as text."""

    def __init__(self, extra_columns: Sequence[str] | None = None, domains: Sequence[str] = ()) -> None:
        self._extra_columns = extra_columns
        self._domains = domains

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written. :raises InvalidInput: more rows or columns than a worksheet has."""
        with replacing(path) as temporary:
            options = {"constant_memory": True, "tmpdir": str(temporary.parent)}
            with Workbook(str(temporary), options) as book:  # closes its temporary files also when a report raises
                table = tabulate(reports, self._extra_columns, (TRUNCATED,))
                sheet = _Sheet(book, REPORTS, (*table.header, TRUNCATED))
                kept = [sheet.add(row, cells) for row, cells in table.lines()]
                self._write_probabilities(book, kept)
        return len(kept)

    def _write_probabilities(self, book: Any, rows: Sequence[TableRow]) -> None:
        codes = tuple(dict.fromkeys((*self._domains, *(code for row in rows for code, _ in row.probabilities))))
        sheet = _Sheet(book, PROBABILITIES, ("id", *codes))
        for row in rows:
            found = dict(row.probabilities)
            sheet.append((row.cells[0], *(found.get(code) for code in codes)))


class _Sheet:
    """One worksheet, written downwards."""

    def __init__(self, book: Any, name: str, header: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 0)
        self._header = header
        self._next = 0
        top, wrapped = book.add_format({"valign": "top"}), book.add_format({"valign": "top", "text_wrap": True})
        self._formats = [wrapped if column in _WRAPPED else top for column in header]
        for place, column in enumerate(header):
            self._sheet.set_column(place, place, _WIDTHS.get(column, _OTHER_WIDTH))
        self._write(header, [book.add_format({"bold": True, "valign": "top"})] * len(header))

    def add(self, row: TableRow, cells: tuple[Cell, ...]) -> TableRow:
        """Write the cells and the names of those that had to be cut; give back what the second sheet needs."""
        cut = [
            column for column, cell in zip(self._header, cells, strict=False) if isinstance(cell, str) and _fit(cell) != cell
        ]
        self.append((*cells, "؛".join(cut) or None))
        return TableRow(row.cells[:1], {}, row.probabilities)

    def append(self, cells: Sequence[Cell]) -> None:
        self._write(cells, self._formats)

    def _write(self, cells: Sequence[Cell], formats: Sequence[Any]) -> None:
        for place, (cell, style) in enumerate(zip(cells, formats, strict=True)):
            if self._put(place, cell, style):
                raise InvalidInput(_FULL, detail=f"row {self._next + 1}, column {place + 1} cannot be written to a worksheet")
        self._next += 1

    def _put(self, place: int, cell: Cell, style: Any) -> int:
        if isinstance(cell, bool):
            return int(self._sheet.write_boolean(self._next, place, cell, style))
        if isinstance(cell, int) and abs(cell) >= _EXACT_INTEGERS:
            cell = str(cell)
        if cell is None:
            return 0
        if not isinstance(cell, str):
            return int(self._sheet.write_number(self._next, place, cell, style))
        text = _fit(cell)
        if text.startswith("<r>") and text.endswith("</r>"):  # write_string would take the text itself for markup
            return int(self._sheet.write_rich_string(self._next, place, "<", "r", text[2:], style))
        return int(self._sheet.write_string(self._next, place, text, style))


def _fit(text: str) -> str:
    """The text, or as much of it as a cell can hold and «…»."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _CELL_UNITS:
        return text
    return units[: 2 * (_CELL_UNITS - 1)].decode("utf-16-le", "ignore") + "…"
