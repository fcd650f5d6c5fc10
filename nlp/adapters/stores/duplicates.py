"""What reviewers said of pairs of reports: the same, or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects.sqlite import insert

from nlp.adapters.stores.tables import duplicate_decisions, reports


def judge(connection: Connection, report_pks: Sequence[int], *, duplicate: bool, by: str | None, now: datetime) -> None:
    """Two reports, in either order."""
    first, second = sorted(report_pks)
    said = {"duplicate": duplicate, "decided_by": by, "decided_at": now}
    row = insert(duplicate_decisions).values(first_pk=first, second_pk=second, **said)
    connection.execute(row.on_conflict_do_update(index_elements=["first_pk", "second_pk"], set_=said))


def judged(connection: Connection, report_id: str) -> dict[str, bool]:
    """By the id of the other report."""
    pair = duplicate_decisions.c
    own = select(reports.c.pk).where(reports.c.id == report_id).scalar_subquery()
    rows = connection.execute(
        select(reports.c.id, pair.duplicate)
        .join(duplicate_decisions, or_(pair.first_pk == reports.c.pk, pair.second_pk == reports.c.pk))
        .where(or_(pair.first_pk == own, pair.second_pk == own), reports.c.id != report_id)
    )
    return {row.id: row.duplicate for row in rows}
