"""Writers: analysed reports to one file, chosen by its ending. Their libraries are imported only when one writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.adapters.writers.jsonl import JsonlWriter, rejects_path, write_rejects
from nlp.errors import InvalidInput
from nlp.ports import Writer

__all__ = ["ENDINGS", "open_writer", "rejects_path", "write_rejects"]

ENDINGS = (".jsonl", ".csv", ".parquet", ".xlsx")


def open_writer(path: Path, extra_columns: Sequence[str] | None = None, domains: Sequence[str] = ()) -> Writer:
    """The writer for the ending of `path`.

    A table needs the names of all extra columns before its first row. With `extra_columns` (keys of `Report.extra`) csv and
    xlsx stream, and a report with another extra key is a ValueError rather than lost; without it the cells of every row are
    held in memory until the last report came (not the texts, nor the rest of the analyses). Parquet always holds the cells.
    `domains` puts these codes first, in this order, on the sheet of probabilities; others follow as they are met.

    :raises InvalidInput: an ending that is not in `ENDINGS`."""
    match path.suffix.lower():
        case ".jsonl":
            return JsonlWriter()
        case ".csv":
            from nlp.adapters.writers.delimited import CsvWriter

            return CsvWriter(extra_columns)
        case ".parquet":
            from nlp.adapters.writers.parquet import ParquetWriter

            return ParquetWriter(extra_columns)
        case ".xlsx":
            from nlp.adapters.writers.xlsx import XlsxWriter

            return XlsxWriter(extra_columns, domains)
        case ending:
            raise InvalidInput(
                "پسوند فایل خروجی باید یکی از اینها باشد: " + "، ".join(ENDINGS), detail=f"cannot write {ending or 'no ending'}"
            )
