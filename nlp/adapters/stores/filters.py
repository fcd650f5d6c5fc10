"""`Filters` as SQL conditions on `reports`, and the cursors of its pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, tuple_

from nlp.adapters.stores.tables import UtcDateTime, ngos, report_domains, reports
from nlp.errors import FieldError, InvalidInput
from nlp.types import Filters


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """One condition for each field that is given. A merged NGO's id means the one that was kept; a period with an open end
    reaches on without limit, a report without a period is in no range."""
    found: list[ColumnElement[bool]] = []
    for kind, code in (("domain", filters.domain), ("group", filters.group)):
        if code is not None:
            of_report = report_domains.c.report_pk == reports.c.pk
            found.append(exists().where(of_report, report_domains.c.kind == kind, report_domains.c.code == code))
    if filters.province is not None:
        found.append(reports.c.province == filters.province)
    if filters.ngo is not None:
        kept = select(func.coalesce(ngos.c.merged_into, ngos.c.id)).where(ngos.c.id == filters.ngo)
        found.append(reports.c.ngo_id == kept.scalar_subquery())
    if filters.status is not None:
        found.append(reports.c.status == filters.status)
    if filters.needs_review is not None:
        found.append(reports.c.needs_review.is_(filters.needs_review))
    if filters.job is not None:
        found.append(reports.c.extra["job"].as_string() == filters.job)
    start, end = reports.c.period_start, reports.c.period_end
    if filters.since is not None:
        found.append(or_(end >= filters.since, and_(end.is_(None), start.is_not(None))))
    if filters.until is not None:
        found.append(or_(start <= filters.until, and_(start.is_(None), end.is_not(None))))
    return found


def encoded(*values: Any) -> str:
    """An opaque word for a place in a list: what it is ordered by."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decoded(cursor: str, kinds: Sequence[Callable[[Any], Any]]) -> list[Any]:
    """What `encoded` was given, each made by its kind. :raises InvalidInput: it did not make this word."""
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        found = [kind(value) for kind, value in zip(kinds, values, strict=True)]
        whole = [value for value in found if isinstance(value, int)]
        _ = [value.encode() for value in found if isinstance(value, str)]  # half a character is a ValueError
        usable = isinstance(values, list) and all(0 <= value < 1 << 63 for value in whole)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        usable = False
    if not usable:
        raise InvalidInput(
            "نشانه صفحه درست نیست.", [FieldError("/cursor", "این نشانه از این سامانه نیست.")], detail="unknown cursor"
        )
    return found


def cursor_after(submitted_at: datetime, pk: int) -> str:
    """An opaque word for "what comes after this report"."""
    return encoded(submitted_at.isoformat(), pk)


def after_cursor(cursor: str) -> ColumnElement[bool]:
    """:raises InvalidInput: a cursor that `cursor_after` did not make."""
    submitted_at, pk = decoded(cursor, (moment, int))
    return tuple_(reports.c.submitted_at, reports.c.pk) < tuple_(literal(submitted_at, UtcDateTime), pk)


def moment(text: Any) -> datetime:
    """:raises ValueError: :raises TypeError: :raises OverflowError: no moment that can be kept."""
    return datetime.fromisoformat(text).astimezone(UTC)
