"""What else remembers a report that was deleted: kept answers, the job it came with, an NGO known from it alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select, update

from nlp.adapters.stores.tables import api_keys, idempotency, jobs, ngo_keys, ngos, reports


def remove(connection: Connection, report: Row[*tuple[Any, ...]]) -> None:
    """After the row of a report is gone. report: the row as it was."""
    connection.execute(delete(idempotency).where(func.instr(idempotency.c.body, f'"{report.id}"') > 0))
    _job(connection, report.extra.get("job"))
    _ngo(connection, report.ngo_id)


def _job(connection: Connection, job_id: Any) -> None:
    """File name, form fields and rejects of a job that ended, when the last report that came with it goes."""
    if not isinstance(job_id, str):
        return
    left = connection.execute(select(exists().where(reports.c.extra["job"].as_string() == job_id))).scalar_one()
    ended = jobs.c.state.not_in(("queued", "running"))
    if not left:
        emptied = {"payload": {"folder": ""}, "errors": []}
        connection.execute(update(jobs).where(jobs.c.id == job_id, ended).values(emptied))


def _ngo(connection: Connection, ngo_id: str | None) -> None:
    """An NGO that no report, no key and no merged NGO refers to any more."""
    if ngo_id is None:
        return
    used = [
        exists().where(reports.c.ngo_id == ngo_id),
        exists().where(api_keys.c.ngo_id == ngo_id),
        exists().where(ngos.c.merged_into == ngo_id),
    ]
    if not any(connection.execute(select(each)).scalar_one() for each in used):
        connection.execute(delete(ngo_keys).where(ngo_keys.c.ngo_id == ngo_id))
        connection.execute(delete(ngos).where(ngos.c.id == ngo_id))
