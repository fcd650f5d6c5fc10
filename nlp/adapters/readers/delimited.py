"""CSV and TSV, whatever the delimiter and the encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.headers import field_of, fold
from nlp.adapters.readers.request import Refused, Request
from nlp.adapters.readers.table import HEADER_ROWS, Budget, Cells, read_table
from nlp.types import Reject, Row

_DELIMITERS = ",;\t|؛،"


def read(request: Request) -> Iterator[Row | Reject]:
    text = decode(request.path.read_bytes())
    skipped = 0
    if text[:4].casefold() == "sep=":
        first, _, text = text.partition("\n")
        delimiter, skipped = first[4:5] or ",", 1
    else:
        delimiter = _delimiter(request, text)
    yield from read_table(request, _records(request, text, delimiter, skipped), Budget.of(request))


def _delimiter(request: Request, text: str) -> str:
    """The delimiter that makes most known headers of the first rows, then the one that makes most columns."""
    wanted = {fold(name) for name in request.mapping.values()}

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), HEADER_ROWS))
        except csv.Error:
            return 0, 0
        known = max((sum(field_of(cell) is not None or fold(cell) in wanted for cell in row) for row in rows), default=0)
        return known, max((len(row) for row in rows), default=0)

    return max(_DELIMITERS, key=score)


def _records(request: Request, text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, Cells]]:
    """Records, counted as a spreadsheet would. A quote that is never closed would swallow the rest: that is refused."""
    csv.field_size_limit(max(csv.field_size_limit(), request.limits.file_bytes))
    strict = _is_strict(text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    number = skipped
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused("damaged", f"CSV: {error}", row=number, hint="table_quote") from None
        yield number, record


def _is_strict(text: str, delimiter: str) -> bool:
    """Whether the strict reader can read it up to a quote that is never closed (or to the end)."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return True
