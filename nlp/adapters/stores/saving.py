"""Writes reports inside a transaction of the caller: the row, what is derived from it, its vectors, and what it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from nlp.adapters.stores import audit, derived, ngos, rows, waiting
from nlp.adapters.stores import vectors as vector_rows
from nlp.adapters.stores.tables import report_domains, report_versions, reports
from nlp.errors import NotFound, VersionConflict
from nlp.review.actor import actor
from nlp.types import Report, ReportVectors, Version
from nlp.wire import report_from_json, to_json


def find(connection: Connection, report_id: str) -> Row[*tuple[Any, ...]] | None:
    """The row of `rows.REPORTS`, if there is one."""
    return connection.execute(rows.REPORTS.where(reports.c.id == report_id)).one_or_none()


def existing(connection: Connection, report_id: str, expected_version: int | None = None) -> Row[*tuple[Any, ...]]:
    """:raises NotFound: :raises VersionConflict:"""
    row = find(connection, report_id)
    if row is None:
        raise NotFound("این گزارش نیست.", detail=f"no report {report_id!r}")
    if expected_version not in (None, row.version):
        raise VersionConflict(
            "کس دیگری این گزارش را تغییر داده است.", detail=f"version {row.version}, expected {expected_version}"
        )
    return row


def get(connection: Connection, report_id: str) -> Report:
    """:raises NotFound:"""
    return rows.report(existing(connection, report_id))


def insert_new(connection: Connection, report: Report, vectors: ReportVectors | None, now: datetime) -> None:
    """A report that is not stored yet, as version 1."""
    first = {"version": 1, "created_at": now, "updated_at": now, "updated_by": actor()}
    row = insert(reports).values(rows.values(report, _ngo_id(connection, report, now)) | first)
    pk = connection.execute(row.returning(reports.c.pk)).scalar_one()
    _write_domains(connection, pk, report)
    derived.add(connection, pk, report.title, report.text)
    if vectors:
        vector_rows.add(connection, pk, vectors)
    waiting.write(connection, pk, now)
    audit.append(connection, now, "report.create", f"report:{report.id}")


def change(
    connection: Connection, row: Row[*tuple[Any, ...]], new: Report, vectors: ReportVectors | None, now: datetime
) -> None:
    """The next version of a stored report, whoever asked for it writes so in the audit log. row: what `find` said of it."""
    pk, old = row.pk, rows.report(row)
    was = {"replaced_at": now, "made_by": row.updated_by, "report": to_json(old)}
    connection.execute(insert(report_versions).values(report_pk=pk, version=old.version, **was))
    times = {"version": old.version + 1, "updated_at": now, "updated_by": actor()}
    connection.execute(
        update(reports).where(reports.c.pk == pk).values(rows.values(new, _ngo_id(connection, new, now)) | times)
    )
    connection.execute(delete(report_domains).where(report_domains.c.report_pk == pk))
    _write_domains(connection, pk, new)
    if (old.text, old.title) != (new.text, new.title):
        vector_rows.remove(connection, vector_rows.of_report(pk))
        derived.add(connection, pk, new.title, new.text)
    if vectors:
        vector_rows.add(connection, pk, vectors)
    waiting.write(connection, pk, now)


def versions(connection: Connection, report_id: str) -> tuple[Version, ...]:
    """Every version of a report, oldest first, the one that stands last. :raises NotFound:"""
    row = existing(connection, report_id)
    kept = select(report_versions.c.report, report_versions.c.replaced_at, report_versions.c.made_by)
    found, since = [], row.created_at
    for old in connection.execute(kept.where(report_versions.c.report_pk == row.pk).order_by(report_versions.c.version)):
        found.append(Version(report_from_json(old.report), since, old.made_by))
        since = old.replaced_at
    return (*found, Version(rows.report(row), since, row.updated_by))


def _ngo_id(connection: Connection, report: Report, now: datetime) -> str | None:
    return ngos.attach(connection, report.ngo, now).id if report.ngo else None


def _write_domains(connection: Connection, pk: int, report: Report) -> None:
    if assigned := rows.domain_values(report, pk):
        connection.execute(insert(report_domains), assigned)
