"""What else remembers a report that was deleted: kept answers, the job it came with, NGOs known from it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, or_, select, update

from nlp.adapters.stores.people_tables import users
from nlp.adapters.stores.tables import api_keys, idempotency, jobs, ngo_keys, ngos, report_versions, reports

DELETED = "deleted"
"""Key of a job's payload: hashes of the ids that were deleted while it ran, so that a second run leaves them out."""


def ngos_of(connection: Connection, report: Row[*tuple[Any, ...]]) -> set[str]:
    """Ids of every NGO that the report or an earlier version of it belonged to; to be asked before it is deleted."""
    versions = select(report_versions.c.report["ngo"]["id"].as_string()).where(report_versions.c.report_pk == report.pk)
    return {each for each in (report.ngo_id, *connection.scalars(versions)) if each}


def remove(connection: Connection, report: Row[*tuple[Any, ...]], known: set[str]) -> None:
    """After the row of a report is gone. report: the row as it was; known: what `ngos_of` said."""
    about = [func.json_extract(idempotency.c.body, path) == report.id for path in ("$.body.id", "$.body.report.id")]
    connection.execute(delete(idempotency).where(idempotency.c.body.is_not(None), or_(*about)))
    _job(connection, report)
    for ngo_id in known:
        _ngo(connection, ngo_id)


def id_hash(report_id: str) -> str:
    """Stands for a deleted id."""
    return hashlib.sha256(report_id.encode()).hexdigest()


def scrub(connection: Connection, job_id: str) -> None:
    """Forget the file name, the form fields and the rejects of a job that ended, once the last report that came with it was
    deleted."""
    job = connection.execute(select(jobs.c.payload, jobs.c.state).where(jobs.c.id == job_id)).one_or_none()
    if job is None or job.state in {"queued", "running"} or not job.payload.get(DELETED):
        return
    if not connection.execute(select(exists().where(reports.c.extra["job"].as_string() == job_id))).scalar_one():
        emptied = {"payload": {"folder": job.payload.get("folder", ""), DELETED: job.payload[DELETED]}, "errors": []}
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(emptied))


def _job(connection: Connection, report: Row[*tuple[Any, ...]]) -> None:
    job_id = report.extra.get("job")
    payload: Mapping[str, Any] | None = connection.scalar(select(jobs.c.payload).where(jobs.c.id == str(job_id)))
    if payload is None:
        return
    gone = [*payload.get(DELETED, ()), id_hash(report.id)]
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(payload={**payload, DELETED: gone}))
    scrub(connection, str(job_id))


def _ngo(connection: Connection, ngo_id: str) -> None:
    """An NGO, with those merged into it, that no report, no key and nobody refers to any more."""
    merged = connection.scalars(select(ngos.c.id).where(ngos.c.merged_into == ngo_id)).all()
    every = [ngo_id, *merged]
    used = [exists().where(table.c.ngo_id.in_(every)) for table in (reports, api_keys, users)]
    if not any(connection.execute(select(each)).scalar_one() for each in used):
        connection.execute(delete(ngo_keys).where(ngo_keys.c.ngo_id.in_(every)))
        connection.execute(delete(ngos).where(ngos.c.id.in_(merged)))
        connection.execute(delete(ngos).where(ngos.c.id == ngo_id))
