"""`JobStore` over SQL. A worker holds a job by a lease in wall-clock time, so all workers must share one clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from ulid import ULID

from nlp.adapters.stores import traces
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.tables import jobs
from nlp.errors import NotFound
from nlp.ports import Job, JobState
from nlp.wire import to_json


class SqlJobStore:
    """Long tasks that survive a kill."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def create(self, kind: str, payload: Mapping[str, Any], owner: str | None) -> Job:
        """A queued job."""
        job = {"id": str(ULID()), "kind": kind, "state": "queued", "done": 0, "errors": [], "owner": owner}
        with self._database.writing() as connection:
            connection.execute(insert(jobs).values(job | {"payload": to_json(payload), "created_at": self._now()}))
            return _get(connection, str(job["id"]))

    def get(self, job_id: str) -> Job:
        """:raises NotFound:"""
        with self._database.reading() as connection:
            return _get(connection, job_id)

    def newest(self, kind: str, limit: int) -> Sequence[Job]:
        """The newest jobs of a kind, the newest first."""
        with self._database.reading() as connection:
            found = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.pk.desc()).limit(limit)
            return [_job(row) for row in connection.execute(found)]

    def claim(self, worker: str, lease_seconds: float) -> Job | None:
        """The oldest queued job, or a running one whose lease ran out; it is now `running` under `worker`. What the worker
        before it has recorded, `done` and `errors`, is still there."""
        now = self._now()
        expired = (jobs.c.state == "running") & (jobs.c.lease_until < now)
        with self._database.writing() as connection:
            waiting = select(jobs.c.id).where(or_(jobs.c.state == "queued", expired)).order_by(jobs.c.pk).limit(1)
            job_id = connection.scalar(waiting)
            if job_id is None:
                return None
            lease = {"state": "running", "worker": worker, "lease_until": now + timedelta(seconds=lease_seconds)}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(lease))
            return _get(connection, job_id)

    def progress(
        self, job_id: str, worker: str, done: int, total: int | None, errors: Sequence[Mapping[str, Any]], lease_seconds: float
    ) -> bool:
        """Record progress, `errors` being all of them so far, and renew the lease; False when the job was cancelled or taken
        over: stop."""
        lease_until = self._now() + timedelta(seconds=lease_seconds)
        recorded = {"done": done, "total": total, "errors": to_json(list(errors)), "lease_until": lease_until}
        with self._database.writing() as connection:
            return _update_held(connection, job_id, worker, recorded)

    def finish(self, job_id: str, worker: str, state: JobState, result_url: str | None) -> None:
        """A job that was cancelled or taken over stays as it is."""
        with self._database.writing() as connection:
            _update_held(connection, job_id, worker, {"state": state, "result_url": result_url, "lease_until": None})
            traces.scrub(connection, job_id)

    def cancel(self, job_id: str) -> Job:
        """A job that has ended already stays as it is. :raises NotFound:"""
        with self._database.writing() as connection:
            unfinished = jobs.c.state.in_(("queued", "running"))
            connection.execute(update(jobs).where(jobs.c.id == job_id, unfinished).values(state="cancelled", lease_until=None))
            traces.scrub(connection, job_id)
            return _get(connection, job_id)


def _update_held(connection: Connection, job_id: str, worker: str, values: Mapping[str, Any]) -> bool:
    held = (jobs.c.id == job_id, jobs.c.state == "running", jobs.c.worker == worker)
    return connection.execute(update(jobs).where(*held).values(values)).rowcount == 1


def _get(connection: Connection, job_id: str) -> Job:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise NotFound("این کار نیست.", detail=f"no job {job_id!r}")
    return _job(row)


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        state=row.state,
        done=row.done,
        total=row.total,
        errors=tuple(row.errors),
        result_url=row.result_url,
        payload=row.payload,
        owner=row.owner,
        created_at=row.created_at,
    )
