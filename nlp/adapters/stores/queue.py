"""`QueueStore` over SQL: who waits, in order, and who holds what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert

from nlp.adapters.stores import audit, rows, saving
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.filters import conditions, decoded, encoded, moment
from nlp.adapters.stores.tables import UtcDateTime, claims, reports, review_queue
from nlp.errors import Claimed
from nlp.ports import QueuePage
from nlp.review.queue import AUDIT, REASONS
from nlp.types import Claim, Filters, QueueReason, ReportHead, Waiting

_ORDER = (review_queue.c.rank, review_queue.c.sureness, review_queue.c.since, review_queue.c.report_pk)

_PLACE = select(*_ORDER).join(reports, reports.c.pk == review_queue.c.report_pk)


class SqlQueueStore:
    """The queue of `nlp.review.queue`, and claims that run out."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def waiting(self, filters: Filters, audit_share: float, limit: int, cursor: str | None = None) -> QueuePage:
        """The most urgent first. :raises InvalidInput: a cursor that this store did not make."""
        wanted = _wanted(filters, audit_share).order_by(*_ORDER).limit(limit + 1)
        if cursor is not None:
            rank, sureness, since, pk = decoded(cursor, (int, float, moment, int))
            place = (rank, sureness, literal(since, UtcDateTime), pk)
            wanted = wanted.where(tuple_(*_ORDER) > tuple_(*place))
        with self._database.reading() as connection:
            found = connection.execute(wanted).all()
            items = self._items(connection, found[:limit])
        last = found[limit - 1] if len(found) > limit else None
        return QueuePage(items, _cursor(last) if last else None)

    def counts(self, filters: Filters, audit_share: float) -> Mapping[QueueReason, int]:
        """How many wait, by their most urgent reason; reasons that none has are left out."""
        wanted = _wanted(filters, audit_share).subquery()
        counted = select(wanted.c.rank, func.count()).group_by(wanted.c.rank).order_by(wanted.c.rank)
        with self._database.reading() as connection:
            return {REASONS[rank]: count for rank, count in connection.execute(counted)}

    def next(self, filters: Filters, audit_share: float, by: str, after: str | None = None) -> Waiting | None:
        """The first one that nobody else holds; after the report `after`, if that one waits."""
        free = or_(claims.c.by.is_(None), claims.c.by == by, claims.c.until <= literal(self._now(), UtcDateTime))
        wanted = _wanted(filters, audit_share).where(free).order_by(*_ORDER).limit(1)
        with self._database.reading() as connection:
            place = None if after is None else connection.execute(_PLACE.where(reports.c.id == after)).one_or_none()
            if place is not None:
                rank, sureness, since, pk = place
                wanted = wanted.where(tuple_(*_ORDER) > tuple_(rank, sureness, literal(since, UtcDateTime), pk))
            found = connection.execute(wanted).all()
            return next(iter(self._items(connection, found)), None)

    def holder(self, report_id: str) -> Claim | None:
        """Who holds it now; None: nobody, or there is no such report."""
        held = (
            select(claims.c.by, claims.c.until)
            .join(reports, reports.c.pk == claims.c.report_pk)
            .where(reports.c.id == report_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(held).one_or_none()
        return Claim(row.by, row.until) if row is not None and row.until > self._now() else None

    def claim(self, report_id: str, by: str, seconds: float) -> Claim:
        """Take a report, or hold it longer. :raises NotFound: :raises Claimed: somebody else holds it."""
        now = self._now()
        claim = Claim(by, now + timedelta(seconds=seconds))
        with self._database.writing() as connection:
            pk = saving.existing(connection, report_id).pk
            check_free(connection, pk, by, now)
            entry = {"by": claim.by, "until": claim.until}
            connection.execute(
                insert(claims).values(report_pk=pk, **entry).on_conflict_do_update(index_elements=["report_pk"], set_=entry)
            )
            audit.append(connection, now, "queue.claim", f"report:{report_id}")
        return claim

    def release(self, report_id: str, by: str) -> None:
        """Give it back; one that nobody holds stays so. :raises NotFound: :raises Claimed: somebody else holds it."""
        with self._database.writing() as connection:
            pk = saving.existing(connection, report_id).pk
            check_free(connection, pk, by, self._now())
            let_go(connection, pk)
            audit.append(connection, self._now(), "queue.release", f"report:{report_id}")

    def _items(self, connection: Connection, found: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Waiting, ...]:
        heads = rows.heads(connection, [row.id for row in found])
        now = self._now()
        return tuple(_waiting(row, heads[row.id], now) for row in found)


def _cursor(last: Row[*tuple[Any, ...]]) -> str:
    return encoded(last.rank, last.sureness, last.since.isoformat(), last.report_pk)


def check_free(connection: Connection, report_pk: int, by: str, now: datetime) -> None:
    """:raises Claimed: somebody else holds this report."""
    held = connection.execute(select(claims.c.by, claims.c.until).where(claims.c.report_pk == report_pk)).one_or_none()
    if held is not None and held.by != by and held.until > now:
        raise Claimed("بازبین دیگری روی این گزارش کار می‌کند.", Claim(held.by, held.until))


def let_go(connection: Connection, report_pk: int) -> None:
    """End a claim, if there is one."""
    connection.execute(delete(claims).where(claims.c.report_pk == report_pk))


def _wanted(filters: Filters, audit_share: float) -> Select[*tuple[Any, ...]]:
    drawn: ColumnElement[bool] = or_(
        review_queue.c.rank < AUDIT, and_(review_queue.c.rank == AUDIT, review_queue.c.draw < audit_share)
    )
    found = select(reports.c.id, review_queue, claims.c.by, claims.c.until)
    joined = found.select_from(
        review_queue.join(reports, reports.c.pk == review_queue.c.report_pk).outerjoin(
            claims, claims.c.report_pk == review_queue.c.report_pk
        )
    )
    return joined.where(drawn, *conditions(filters))


def _waiting(row: Row[*tuple[Any, ...]], head: ReportHead, now: datetime) -> Waiting:
    reasons = tuple(row.reasons.split()) or ("random_audit",)
    claim = Claim(row.by, row.until) if row.by is not None and row.until > now else None
    return Waiting(head, reasons, round(1 - row.sureness, 4), row.since, claim)
