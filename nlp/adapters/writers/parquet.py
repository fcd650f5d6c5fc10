"""Parquet for programs: text, numbers and truth values keep their types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from nlp.adapters.writers.atomic import replacing
from nlp.adapters.writers.table import COLUMNS, Cell, tabulate
from nlp.types import Report

_INT64 = 2**63
_EXACT_IN_FLOAT = 2**53


class ParquetWriter:
    """Holds the cells of all rows. An extra column is a number or a truth value where all its cells are, else text."""

    def __init__(self, extra_columns: Sequence[str] | None = None) -> None:
        self._extra_columns = extra_columns

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written."""
        with replacing(path) as temporary:
            table = tabulate(reports, self._extra_columns)
            columns: list[list[Cell]] = [[] for _ in table.header]
            for _, cells in table.lines():
                for column, cell in zip(columns, cells, strict=True):
                    column.append(cell)
            known = {"probability": pl.Float64(), "needs_review": pl.Boolean()}
            series = [
                pl.Series(name, column, known.get(name, pl.String())) if place < len(COLUMNS) else _series(name, column)
                for place, (name, column) in enumerate(zip(table.header, columns, strict=True))
            ]
            pl.DataFrame(series).write_parquet(temporary)
        return len(columns[0])


def _series(name: str, cells: list[Cell]) -> pl.Series:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool}:
        return pl.Series(name, cells, pl.Boolean())
    largest = max((abs(cell) for cell in cells if isinstance(cell, int)), default=0)
    if kinds == {int} and largest < _INT64:
        return pl.Series(name, cells, pl.Int64())
    if float in kinds and kinds <= {int, float} and largest <= _EXACT_IN_FLOAT:
        return pl.Series(name, [cell if cell is None else float(cell) for cell in cells], pl.Float64())
    return pl.Series(name, [cell if cell is None else str(cell) for cell in cells], pl.String())
