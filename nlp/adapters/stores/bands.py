"""Which reports share a band of their sketches (`nlp.review.sketch`): the candidates for near duplicates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from nlp.adapters.stores.tables import reports, shingle_bands
from nlp.review.sketch import bands


def add(connection: Connection, report_pk: int, lemmas: Sequence[str]) -> None:
    """Index a report by its lemmas, instead of what was there of it."""
    connection.execute(delete(shingle_bands).where(shingle_bands.c.report_pk == report_pk))
    if keys := bands(lemmas):
        connection.execute(insert(shingle_bands), [{"key": key, "report_pk": report_pk} for key in keys])


def near(connection: Connection, lemmas: Sequence[str], limit: int) -> list[str]:
    """Ids of the reports that share bands with a text of these lemmas, those that share most first."""
    shared = func.count().label("shared")
    found = (
        select(reports.c.id, shared)
        .join(shingle_bands, shingle_bands.c.report_pk == reports.c.pk)
        .where(shingle_bands.c.key.in_(bands(lemmas)))
        .group_by(reports.c.pk)
        .order_by(shared.desc(), reports.c.pk)
        .limit(limit)
    )
    return [row.id for row in connection.execute(found)]
