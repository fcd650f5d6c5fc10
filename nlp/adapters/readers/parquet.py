"""Parquet tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars

from nlp.adapters.readers.request import Refused, Request
from nlp.adapters.readers.table import Budget, Cells, read_table
from nlp.types import Reject, Row

BATCH = 2_000


def read(request: Request) -> Iterator[Row | Reject]:
    """The schema is row 1, so the first data row is 2."""
    try:
        with request.path.open("rb") as stream:
            names = list(polars.read_parquet_schema(stream))
        table = polars.scan_parquet(request.path)
        height = int(table.select(polars.len()).collect().item())
    except (polars.exceptions.PolarsError, OSError, ValueError) as error:
        raise Refused("damaged", f"parquet: {type(error).__name__}") from None
    if not names or not height:
        raise Refused("empty_sheet", "the table has no rows")
    budget = Budget.of(request)
    if len(names) * min(height, request.limits.rows) > budget.cells:
        raise Refused("file_too_large", "more cells than allowed", hint="cells")
    yield from read_table(request, _rows(table, names, min(height, request.limits.rows + 1)), budget)


def _rows(table: Any, names: list[str], height: int) -> Iterator[tuple[int, Cells]]:
    yield 1, names
    for start in range(0, height, BATCH):
        try:
            batch = table.slice(start, BATCH).collect()
        except polars.exceptions.PolarsError as error:
            raise Refused("damaged", f"parquet: {type(error).__name__}", row=start + 2) from None
        for offset, cells in enumerate(batch.iter_rows()):
            yield start + offset + 2, cells
