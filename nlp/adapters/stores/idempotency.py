"""`IdempotencyStore` over SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.tables import idempotency
from nlp.ports import Replay


class SqlIdempotencyStore:
    """What was answered to requests that carried an `Idempotency-Key`; what is too old is purged when the next one begins."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def begin(self, caller: str, key: str, body_sha256: str, ttl_seconds: float = 86_400.0) -> Replay | None:
        """None when this caller may go on (the key is now taken); else what is known of the first request."""
        now = self._now()
        with self._database.writing() as connection:
            connection.execute(delete(idempotency).where(idempotency.c.expires_at <= now))
            columns = (idempotency.c.body_sha256, idempotency.c.status, idempotency.c.body)
            first = connection.execute(select(*columns).where(_is(caller, key))).one_or_none()
            if first is not None:
                return Replay(*first)
            taken = {"caller": caller, "key": key, "body_sha256": body_sha256}
            connection.execute(insert(idempotency).values(taken | {"expires_at": now + timedelta(seconds=ttl_seconds)}))
            return None

    def complete(self, caller: str, key: str, status: int, body: str) -> None:
        """Keep the answer for whoever asks again."""
        with self._database.writing() as connection:
            connection.execute(update(idempotency).where(_is(caller, key)).values(status=status, body=body))

    def forget(self, caller: str, key: str) -> None:
        """After a failure: the key may be used again."""
        with self._database.writing() as connection:
            connection.execute(delete(idempotency).where(_is(caller, key)))


def _is(caller: str, key: str) -> ColumnElement[bool]:
    return (idempotency.c.caller == caller) & (idempotency.c.key == key)
