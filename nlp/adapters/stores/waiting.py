"""Keeps for each report that waits for a reviewer why, and where in the queue (`nlp.review.queue`), in a row of its own;
written in the transaction that changes the report, a decision on it, or a word on its duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select
from sqlalchemy.dialects.sqlite import insert

from nlp.adapters.stores import rows
from nlp.adapters.stores.tables import duplicate_decisions, reports, review_queue, reviews
from nlp.review.queue import AUDIT, REASONS, Said, contradicts, draw, in_conflict, reasons_of, uncertainty_of


def write(connection: Connection, report_pk: int, now: datetime) -> None:
    """Bring a report's row to what the report is; who waits already keeps their place in time."""
    row = connection.execute(rows.REPORTS.where(reports.c.pk == report_pk)).one()
    report = rows.report(row)
    reasons = reasons_of(report, conflicting=report.status != "pending" and _conflicting(connection, row))
    if reasons is None:
        connection.execute(delete(review_queue).where(review_queue.c.report_pk == report_pk))
        return
    place = {
        "rank": min((REASONS.index(reason) for reason in reasons), default=AUDIT),
        "sureness": round(1 - uncertainty_of(report.analysis), 4),
        "draw": draw(report.id),
        "reasons": " ".join(reasons),
    }
    entry = insert(review_queue).values(report_pk=report_pk, since=now, **place)
    connection.execute(entry.on_conflict_do_update(index_elements=["report_pk"], set_=place))


def write_partners(connection: Connection, report_pk: int, now: datetime) -> None:
    """The rows of the reports that a reviewer called the same as this one."""
    for partner in _partners(connection, [report_pk]):
        write(connection, partner, now)


def _conflicting(connection: Connection, row: Row[*tuple[Any, ...]]) -> bool:
    said = _said(connection, row.pk, row.text_sha256)
    if in_conflict(said):
        return True
    if not said:
        return False
    for partner in _partners(connection, [row.pk]):
        other = connection.execute(select(reports.c.status, reports.c.text_sha256).where(reports.c.pk == partner)).one()
        theirs = _said(connection, partner, other.text_sha256) if other.status != "pending" else []
        if theirs and contradicts(said[-1], theirs[-1]):
            return True
    return False


def _said(connection: Connection, report_pk: int, text_sha256: str) -> list[Said]:
    """What was decided on this text, oldest first."""
    on_it = (reviews.c.report_pk == report_pk) & (reviews.c.text_sha256 == text_sha256)
    found = connection.execute(select(reviews.c.by, reviews.c.decision, reviews.c.domains).where(on_it).order_by(reviews.c.pk))
    return [Said(row.by, row.decision, None if row.domains is None else frozenset(row.domains)) for row in found]


def _partners(connection: Connection, report_pks: Iterable[int]) -> list[int]:
    """Reports that were called duplicates of these while both texts were what they are."""
    pks = list(report_pks)
    pair = duplicate_decisions.c
    first, second = reports.alias("first"), reports.alias("second")
    holds = (pair.first_text == first.c.text_sha256) & (pair.second_text == second.c.text_sha256)
    found = connection.execute(
        select(pair.first_pk, pair.second_pk)
        .join(first, first.c.pk == pair.first_pk)
        .join(second, second.c.pk == pair.second_pk)
        .where(pair.duplicate.is_(True), holds, or_(pair.first_pk.in_(pks), pair.second_pk.in_(pks)))
    )
    return sorted({pk for row in found for pk in row} - set(pks))
