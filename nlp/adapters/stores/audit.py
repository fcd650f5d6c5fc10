"""`AuditStore` over SQL. Writers follow one another (BEGIN IMMEDIATE), so each sees the hash that it continues; triggers refuse
whatever is no insert."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, literal, select, text

from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.filters import decoded, encoded
from nlp.adapters.stores.people_tables import audit
from nlp.adapters.stores.tables import UtcDateTime
from nlp.ports import AuditPage
from nlp.review.actor import actor
from nlp.review.audit import GENESIS, Action, AuditEntry, entry_hash, first_broken
from nlp.wire import to_json

_BATCH = 1000


class SqlAuditStore:
    """Who did what to which thing and when."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def record(self, action: Action, about: str, detail: Mapping[str, Any] | None = None) -> None:
        """What is no change of the store, such as a report that was read."""
        with self._database.writing() as connection:
            append(connection, self._now(), action, about, detail)

    def list(
        self, limit: int, cursor: str | None = None, *, since: datetime | None = None, by: str | None = None
    ) -> AuditPage:  # fmt: skip
        """Newest first. :raises InvalidInput: a cursor that this store did not make."""
        wanted = select(audit).order_by(audit.c.seq.desc()).limit(limit + 1)
        if cursor is not None:
            wanted = wanted.where(audit.c.seq < decoded(cursor, (int,))[0])
        if since is not None:
            wanted = wanted.where(audit.c.at >= literal(since, UtcDateTime))
        if by is not None:
            wanted = wanted.where(audit.c.actor == by)
        with self._database.reading() as connection:
            found = [_entry(row) for row in connection.execute(wanted)]
        return AuditPage(tuple(found[:limit]), encoded(found[limit - 1].seq) if len(found) > limit else None)

    def verify(self) -> tuple[int, int | None]:
        """How many entries there are, and the first that is broken or missing."""
        with self._database.reading() as connection:
            counted = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'audit'")
            last = int(connection.execute(counted).scalar_one())
            return last, first_broken(_all(connection), last)


def append(
    connection: Connection,
    now: datetime,
    action: Action,
    about: str,
    detail: Mapping[str, Any] | None = None,
    by: str | None = None,
) -> None:
    """Add an entry in the caller's transaction, which must be a writing one. by: else whoever acts now."""
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last is not None else (1, GENESIS)
    said: dict[str, Any] = to_json(dict(detail or {}))
    who = by or actor()
    chained = entry_hash(previous, seq, now, who, action, about, said)
    row = {"seq": seq, "at": now, "actor": who, "action": action, "object": about, "detail": said, "hash": chained}
    connection.execute(insert(audit).values(row))


def _all(connection: Connection) -> Iterator[AuditEntry]:
    after = 0
    while found := connection.execute(select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(_BATCH)).all():
        yield from map(_entry, found)
        after = found[-1].seq


def _entry(row: Row[*tuple[Any, ...]]) -> AuditEntry:
    return AuditEntry(row.seq, row.at, row.actor, row.action, row.object, row.detail, row.hash)
