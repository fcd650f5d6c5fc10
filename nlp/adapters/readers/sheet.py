"""Workbooks: every sheet of an xlsx or ods file."""

from __future__ import annotations

from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from nlp.adapters.readers.archive import Kind, check_archive
from nlp.adapters.readers.request import Refused, Request
from nlp.adapters.readers.table import Budget, read_table
from nlp.types import Reject, Row


def read_xlsx(request: Request) -> Iterator[Row | Reject]:
    yield from _read(request, "xlsx")


def read_ods(request: Request) -> Iterator[Row | Reject]:
    yield from _read(request, "ods")


def _read(request: Request, kind: Kind) -> Iterator[Row | Reject]:
    """Sheets without any cell are passed over, unless all are so."""
    check_archive(request.path, kind, request.limits)
    budget, used = Budget.of(request), False
    try:
        with CalamineWorkbook.from_path(str(request.path)) as workbook:
            for name in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(name)
                if sheet.start is None:
                    continue
                used = True
                if sheet.height * sheet.width > budget.cells:
                    raise Refused("file_too_large", "more cells than allowed", sheet=name, hint="cells")
                rows = enumerate(sheet.iter_rows(), 1)
                yield from read_table(request, rows, budget, sheet=name, first_column=sheet.start[1])
                if budget.rows < 0 or budget.cells < 0:
                    return
    except PasswordError:
        raise Refused("password", "the workbook asks for a password") from None
    except CalamineError as error:
        raise Refused("damaged", f"{kind}: {type(error).__name__}") from None
    if not used:
        raise Refused("empty_sheet", "no sheet has any content")
