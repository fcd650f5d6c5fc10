"""Connections and transactions of one SQLite file, for several threads and several processes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

BUSY_SECONDS = 30.0
"""How long a writer waits for the writers before it."""

_PRAGMAS = (
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten with zeros
    # In WAL mode, NORMAL may forget the last commits when the power fails. Then `seq` would be given out a second time, to
    # other changes, while an index snapshot already holds the first ones: the two would disagree and nobody would see it.
    "PRAGMA synchronous=FULL",
)
_IN = 500
"""Values in one IN list."""


class Database:
    """Read transactions see one moment; write transactions begin IMMEDIATE, so there is one writer at a time and what it reads
    stays true until it commits. Open it after a fork, not before."""

    def __init__(self, url: str) -> None:
        self._reader = make_engine(url)
        self._writer = self._reader.execution_options(immediate=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Commits when the block ends well, else nothing has happened."""
        with self._writer.begin() as connection:
            yield connection

    def forget(self) -> None:
        """Move the write-ahead log into the database and empty it, so that deleted texts are in neither. Readers of this moment
        may hold it up: after a second the next `forget` or the last `close` does it."""
        connection = self._reader.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=1000")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
        finally:
            connection.close()

    def close(self) -> None:
        self._reader.dispose()


def make_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine whose connections are set up as this file says."""
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=56,
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
    )
    event.listen(engine, "connect", partial(_prepare, foreign_keys=foreign_keys))
    event.listen(engine, "begin", _begin)
    return engine


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces that fit into one IN list."""
    for start in range(0, len(values), _IN):
        yield values[start : start + _IN]


def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry, *, foreign_keys: bool) -> None:
    connection.isolation_level = None  # pysqlite must not begin or commit by itself: `_begin` does
    for pragma in (*_PRAGMAS, f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}"):
        connection.cursor().execute(pragma)


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
