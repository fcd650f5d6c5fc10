"""Where reports, jobs, keys and idempotency keys are kept. SQLAlchemy is imported only when a store is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from nlp.ports import (
        AuditStore,
        IdempotencyStore,
        JobStore,
        KeyStore,
        PeopleStore,
        QueueStore,
        ReportStore,
        ReviewStore,
        SessionStore,
    )


class SqlConfig(BaseModel):
    """A SQLite file by its SQLAlchemy URL: `sqlite:///relative.db` or `sqlite:////absolute.db`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["sql"] = "sql"
    url: str


StoreConfig = SqlConfig
"""The union of the stores' configs; there is one."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Views of one database; `close` lets go of its connections."""

    reports: ReportStore
    reviews: ReviewStore
    queue: QueueStore
    jobs: JobStore
    keys: KeyStore
    people: PeopleStore
    sessions: SessionStore
    idempotency: IdempotencyStore
    audit: AuditStore
    close: Callable[[], None]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_stores(config: StoreConfig, *, now: Callable[[], datetime] = _utc_now) -> Stores:
    """Create or migrate the database, then open it. `now` is the clock of leases, expiries and records, in UTC.

    :raises ConfigurationError: the URL is not of a SQLite file, the file is no database or cannot be written, or a newer
        Samanyar wrote it.
    """
    from nlp.adapters.stores.audit import SqlAuditStore  # imported only when chosen
    from nlp.adapters.stores.derived import fill  # the same
    from nlp.adapters.stores.engine import Database  # the same
    from nlp.adapters.stores.idempotency import SqlIdempotencyStore  # the same
    from nlp.adapters.stores.jobs import SqlJobStore  # the same
    from nlp.adapters.stores.keys import SqlKeyStore  # the same
    from nlp.adapters.stores.people import SqlPeopleStore  # the same
    from nlp.adapters.stores.queue import SqlQueueStore  # the same
    from nlp.adapters.stores.reports import SqlReportStore  # the same
    from nlp.adapters.stores.reviews import SqlReviewStore  # the same
    from nlp.adapters.stores.schema import upgrade  # the same
    from nlp.adapters.stores.sessions import SqlSessionStore  # the same

    upgrade(config.url)
    database = Database(config.url)
    fill(database)
    return Stores(
        reports=SqlReportStore(database, now),
        reviews=SqlReviewStore(database, now),
        queue=SqlQueueStore(database, now),
        jobs=SqlJobStore(database, now),
        keys=SqlKeyStore(database, now),
        people=SqlPeopleStore(database, now),
        sessions=SqlSessionStore(database, now),
        idempotency=SqlIdempotencyStore(database, now),
        audit=SqlAuditStore(database, now),
        close=database.close,
    )
