"""Vectors and their change log, inside a transaction of the caller.

Writers follow one another (BEGIN IMMEDIATE), so `changes.seq` rises in the order of the commits: who has seen N will never
meet a later commit below N. When a vector goes, its `add` goes from the log too, so that only the removal is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, literal, select

from nlp.adapters.stores.engine import batches
from nlp.adapters.stores.tables import changes, reports, vectors
from nlp.ports import VectorBatch, VectorKind
from nlp.types import FloatArray, PassageVector, ReportVectors, Span

_LOGGED = ("kind", "vector_id", "encoder")


def add(connection: Connection, report_pk: int, new: ReportVectors) -> None:
    """Store them instead of what this encoder made of the report before."""
    remove(connection, _of(report_pk, new.encoder))
    owner = {"report_pk": report_pk, "encoder": new.encoder}
    whole: dict[str, Any] = {"kind": "report", "field": None, "start": None, "end": None, "vector": _blob(new.report)}
    passages = [
        {
            "kind": "passage",
            "field": passage.span.field,
            "start": passage.span.start,
            "end": passage.span.end,
            "vector": _blob(passage.vector),
        }
        for passage in new.passages
    ]
    connection.execute(insert(vectors), [owner | row for row in (whole, *passages)])
    _log(connection, "add", _of(report_pk, new.encoder))


def remove(connection: Connection, which: ColumnElement[bool]) -> int:
    """Remove the vectors that `which` selects, and log it; returns how many they were."""
    _log(connection, "remove", which)
    gone = select(vectors.c.id).where(which)
    connection.execute(delete(changes).where(changes.c.op == "add", changes.c.vector_id.in_(gone)))
    return connection.execute(delete(vectors).where(which)).rowcount


def of_report(report_pk: int) -> ColumnElement[bool]:
    """The vectors of a report, whichever encoder made them."""
    return vectors.c.report_pk == report_pk


def read(connection: Connection, kind: VectorKind, ids: Sequence[int]) -> VectorBatch:
    """Those of `ids` that exist, ascending."""
    rows: list[tuple[int, bytes]] = []
    for some in batches(ids):
        found = select(vectors.c.id, vectors.c.vector).where(vectors.c.kind == kind, vectors.c.id.in_(some))
        rows.extend((row.id, row.vector) for row in connection.execute(found))
    return batch(sorted(rows))


def batch(rows: Sequence[tuple[int, bytes]]) -> VectorBatch:
    """ids: (n,), vectors: (n, dimension); (0, 0) when there are none."""
    matrix = np.frombuffer(b"".join(blob for _, blob in rows), "<f4").astype(np.float32, copy=False)
    return VectorBatch(np.array([vector_id for vector_id, _ in rows], np.int64), matrix.reshape(len(rows), -1 if rows else 0))


def owners(connection: Connection, vector_ids: Sequence[int]) -> dict[int, str]:
    """The id of the report that each vector belongs to; those that are gone are left out."""
    owner = select(vectors.c.id, reports.c.id.label("report_id")).join(reports, reports.c.pk == vectors.c.report_pk)
    return {
        row.id: row.report_id for some in batches(vector_ids) for row in connection.execute(owner.where(vectors.c.id.in_(some)))
    }


def of(connection: Connection, report_ids: Sequence[str], encoder: str) -> dict[str, ReportVectors]:
    """The vectors that this encoder made of each report; one that has none is left out."""
    found: dict[str, ReportVectors] = {}
    for some in batches(report_ids):
        texts = connection.execute(
            select(reports.c.pk, reports.c.id, reports.c.text, reports.c.title).where(reports.c.id.in_(some))
        )
        originals = {row.pk: (row.id, {"text": row.text, "title": row.title or ""}) for row in texts}
        made = select(vectors).where(vectors.c.report_pk.in_(list(originals))).order_by(vectors.c.report_pk, vectors.c.id)
        rows = [
            row for row in connection.execute(made) if row.encoder == encoder
        ]  # in SQL, its index would win over the reports
        for pk, own in groupby(rows, key=lambda row: row.report_pk):
            report_id, original = originals[pk]
            found[report_id] = _of_rows(list(own), original)
    return found


def _of_rows(rows: Sequence[Row[Any]], original: Mapping[str, str]) -> ReportVectors:
    """One report's, of one encoder."""
    matrix = batch([(row.id, row.vector) for row in rows]).vectors
    passages = tuple(
        PassageVector(_span(original, row.field, row.start, row.end), vector)
        for row, vector in zip(rows, matrix, strict=True)
        if row.kind == "passage"
    )
    whole = next(place for place, row in enumerate(rows) if row.kind == "report")
    return ReportVectors(rows[whole].encoder, matrix[whole], passages)


def _of(report_pk: int, encoder: str) -> ColumnElement[bool]:
    return (vectors.c.report_pk == report_pk) & (vectors.c.encoder == encoder)


def _log(connection: Connection, op: str, which: ColumnElement[bool]) -> None:
    rows = select(literal(op), vectors.c.kind, vectors.c.id, vectors.c.encoder).where(which).order_by(vectors.c.id)
    connection.execute(insert(changes).from_select(["op", *_LOGGED], rows))


def _blob(vector: FloatArray) -> bytes:
    return np.ascontiguousarray(vector, "<f4").tobytes()


def _span(original: Mapping[str, str], field: Any, start: int, end: int) -> Span:
    return Span(field, start, end, original[field][start:end])
