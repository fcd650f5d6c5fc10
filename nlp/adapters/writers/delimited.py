"""CSV that Excel opens as Persian and that runs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlp.adapters.writers.atomic import replacing
from nlp.adapters.writers.table import Cell, tabulate
from nlp.types import Report

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvWriter:
    """UTF-8 with a byte order mark; text that a spreadsheet would take for a formula gets a leading apostrophe."""

    def __init__(self, extra_columns: Sequence[str] | None = None) -> None:
        self._extra_columns = extra_columns

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written."""
        count = 0
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
            table = tabulate(reports, self._extra_columns)
            out = csv.writer(file)
            out.writerow(map(_plain, table.header))
            for _, cells in table.lines():
                out.writerow(map(_plain, cells))
                count += 1
        return count


def csv_of(header: Sequence[Cell], lines: Iterable[Sequence[Cell]]) -> bytes:
    """Any table as a file, by the same rules."""
    file = io.StringIO(newline="")
    out = csv.writer(file)
    out.writerow(map(_plain, header))
    out.writerows(map(_plain, cells) for cells in lines)
    return file.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
