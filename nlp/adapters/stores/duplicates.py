"""What reviewers said of pairs of reports: the same, or not. It holds while both texts are what they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select
from sqlalchemy.dialects.sqlite import insert

from nlp.adapters.stores.tables import duplicate_decisions, reports


def judge(
    connection: Connection, pair: Sequence[Row[*tuple[Any, ...]]], *, duplicate: bool, by: str | None, now: datetime
) -> None:
    """pair: the rows of two reports, in either order."""
    first, second = sorted(pair, key=lambda row: int(row.pk))
    said = {
        "first_text": first.text_sha256,
        "second_text": second.text_sha256,
        "duplicate": duplicate,
        "decided_by": by,
        "decided_at": now,
    }
    row = insert(duplicate_decisions).values(first_pk=first.pk, second_pk=second.pk, **said)
    connection.execute(row.on_conflict_do_update(index_elements=["first_pk", "second_pk"], set_=said))


def judged(connection: Connection, report_id: str) -> dict[str, bool]:
    """By the id of the other report."""
    said = duplicate_decisions.c
    own = connection.execute(select(reports.c.pk, reports.c.text_sha256).where(reports.c.id == report_id)).one_or_none()
    if own is None:
        return {}
    rows = connection.execute(
        select(reports.c.id, reports.c.text_sha256, said.first_pk, said.first_text, said.second_text, said.duplicate)
        .join(duplicate_decisions, or_(said.first_pk == reports.c.pk, said.second_pk == reports.c.pk))
        .where(or_(said.first_pk == own.pk, said.second_pk == own.pk), reports.c.pk != own.pk)
    )
    found = {}
    for row in rows:
        mine, theirs = (row.first_text, row.second_text) if row.first_pk == own.pk else (row.second_text, row.first_text)
        if (mine, theirs) == (own.text_sha256, row.text_sha256):
            found[row.id] = row.duplicate
    return found
