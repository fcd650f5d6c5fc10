"""`ReportStore` over SQL: every public method is one transaction, the long iterations one a batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, delete, func, select

from nlp.adapters.stores import audit, bands, counts, derived, duplicates, ngos, rows, saving, traces, waiting
from nlp.adapters.stores import vectors as vector_rows
from nlp.adapters.stores import words as word_rows
from nlp.adapters.stores.engine import Database, batches
from nlp.adapters.stores.filters import after_cursor, conditions, cursor_after
from nlp.adapters.stores.tables import changes as changes_table
from nlp.adapters.stores.tables import ngos as ngos_table
from nlp.adapters.stores.tables import report_versions, reports
from nlp.adapters.stores.tables import vectors as vectors_table
from nlp.errors import NotFound
from nlp.ports import Change, NgoPage, Page, Put, StoreStats, VectorBatch, VectorKind, WordHit
from nlp.text.tokens import lemmas_of
from nlp.types import Filters, IntArray, Ngo, NgoRef, Period, Report, ReportHead, ReportVectors
from nlp.wire import report_from_json


class SqlReportStore:
    """The truth: reports, their versions, NGOs, vectors and the change log. Safe to use from several threads and processes."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def put(self, report: Report, vectors: ReportVectors | None, only_ngo: str | None = None) -> Put:
        """Create; same id with the same text and title changes nothing; other text makes a new version, pending again. With
        `only_ngo`, a report of another NGO is not there. :raises NotFound:"""
        with self._database.writing() as connection:
            row = saving.find(connection, report.id)
            if row is None:
                saving.insert_new(connection, report, vectors, self._now())
                return Put("created", saving.get(connection, report.id))
            stored = rows.report(row)
            if only_ngo is not None and (stored.ngo is None or stored.ngo.id != only_ngo):
                raise NotFound("چنین گزارشی نیست.", f"no report {report.id}")
            if (stored.text, stored.title) == (report.text, report.title):
                return Put("unchanged", stored)
            saving.change(connection, row, dataclasses.replace(report, status="pending"), vectors, self._now())
            self._audit_change(connection, report.id, stored.version + 1)
            return Put("updated", saving.get(connection, report.id))

    def get(self, report_id: str) -> Report:
        """:raises NotFound:"""
        with self._database.reading() as connection:
            return saving.get(connection, report_id)

    def same_text(self, text: str) -> tuple[str, ...]:
        """Ids of the reports with exactly this text, oldest first."""
        with self._database.reading() as connection:
            found = select(reports.c.id).where(reports.c.text_sha256 == rows.text_sha256(text)).order_by(reports.c.pk)
            return tuple(connection.scalars(found))

    def history(self, report_id: str) -> tuple[Report, ...]:
        """What the report was before each change, oldest first. :raises NotFound:"""
        with self._database.reading() as connection:
            pk = saving.existing(connection, report_id).pk
            kept = select(report_versions.c.report).where(report_versions.c.report_pk == pk)
            return tuple(map(report_from_json, connection.scalars(kept.order_by(report_versions.c.version))))

    def heads(self, report_ids: Sequence[str]) -> dict[str, ReportHead]:
        """Those that exist, by id."""
        with self._database.reading() as connection:
            return rows.heads(connection, report_ids)

    def list(self, filters: Filters, limit: int, cursor: str | None = None) -> Page:
        """Newest first. :raises InvalidInput: a cursor that this store did not make."""
        wanted = conditions(filters) + ([after_cursor(cursor)] if cursor is not None else [])
        newest = rows.REPORTS.where(*wanted).order_by(reports.c.submitted_at.desc(), reports.c.pk.desc())
        with self._database.reading() as connection:
            found = connection.execute(newest.limit(limit + 1)).all()
        more = len(found) > limit
        items = found[:limit]
        return Page(tuple(map(rows.report, items)), cursor_after(items[-1].submitted_at, items[-1].pk) if more else None)

    def count(self, filters: Filters) -> int:
        """How many match."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(reports).where(*conditions(filters))).scalar_one())

    def domain_counts(self, filters: Filters) -> Sequence[tuple[str, str, int, int]]:
        """Domain, province, and how many reports and different NGOs have both."""
        with self._database.reading() as connection:
            return counts.by_domain(connection, filters)

    def province_counts(self, filters: Filters) -> Sequence[tuple[str, int, int]]:
        """Province, and how many reports and different NGOs it has."""
        with self._database.reading() as connection:
            return counts.by_province(connection, filters)

    def days(self, filters: Filters) -> Period:
        """The first and the last day that periods of reports name."""
        with self._database.reading() as connection:
            return counts.days(connection, filters)

    def iterate(self, filters: Filters) -> Iterator[Report]:
        """All that match now, oldest first, each once; read in batches, so those deleted in between are left out."""
        with self._database.reading() as connection:
            oldest = select(reports.c.pk).where(*conditions(filters)).order_by(reports.c.submitted_at, reports.c.pk)
            pks = connection.scalars(oldest).all()
        for some in batches(pks):
            with self._database.reading() as connection:
                found = {row.pk: row for row in connection.execute(rows.REPORTS.where(reports.c.pk.in_(some)))}
            yield from (rows.report(found[pk]) for pk in some if pk in found)

    def replace(self, report: Report, vectors: ReportVectors | None, expected_version: int) -> Report:
        """Change a stored report; None keeps its vectors, unless text or title are others: then they are gone.

        :raises NotFound: :raises VersionConflict:
        """
        with self._database.writing() as connection:
            row = saving.existing(connection, report.id, expected_version)
            saving.change(connection, row, report, vectors, self._now())
            self._audit_change(connection, report.id, expected_version + 1)
            return saving.get(connection, report.id)

    def add_vectors(self, report_id: str, vectors: ReportVectors, expected_version: int) -> None:
        """Vectors of one more encoder beside the others; the report and its version stay.

        :raises NotFound: :raises VersionConflict: the report changed after it was encoded.
        """
        with self._database.writing() as connection:
            vector_rows.add(connection, saving.existing(connection, report_id, expected_version).pk, vectors)

    def without_vectors(self, encoder: str, limit: int) -> tuple[str, ...]:
        """Ids of reports that have no vectors of this encoder, oldest first, at most `limit`."""
        made = select(vectors_table.c.report_pk).where(vectors_table.c.encoder == encoder)
        missing = select(reports.c.id).where(reports.c.pk.not_in(made)).order_by(reports.c.pk).limit(limit)
        with self._database.reading() as connection:
            return tuple(connection.scalars(missing))

    def encoders(self) -> frozenset[str]:
        """Every encoder whose vectors are kept."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(vectors_table.c.encoder).distinct()))

    def drop_vectors(self, encoder: str) -> int:
        """Forget every vector that this encoder made; returns how many they were."""
        with self._database.writing() as connection:
            return vector_rows.remove(connection, vectors_table.c.encoder == encoder)

    def delete(self, report_id: str, expected_version: int | None = None) -> None:
        """The report and all that was derived from it or said of it are gone from the file too.
        :raises NotFound: :raises VersionConflict:"""
        with self._database.writing() as connection:
            row = saving.existing(connection, report_id, expected_version)
            known = traces.ngos_of(connection, row)
            vector_rows.remove(connection, vector_rows.of_report(row.pk))
            connection.execute(delete(reports).where(reports.c.pk == row.pk))
            derived.remove(connection, row.pk)
            traces.remove(connection, row, known)
            audit.append(connection, self._now(), "report.delete", f"report:{report_id}", {"version": row.version})
        self._database.forget()

    def resolve_ngo(self, ref: NgoRef) -> Ngo:
        """By id, else registration number, else folded name; else created.

        :raises NotFound: an id that no NGO has. :raises InvalidInput: nothing to go by.
        """
        with self._database.writing() as connection:
            return ngos.resolve(connection, ref, self._now())

    def ngo(self, ngo_id: str) -> Ngo:
        """The NGO, or the one that it was merged into. :raises NotFound:"""
        with self._database.reading() as connection:
            return ngos.by_id(connection, ngo_id)

    def all_ngos(self) -> tuple[Ngo, ...]:
        """By name."""
        with self._database.reading() as connection:
            return ngos.every(connection)

    def ngo_stamps(self, ngo_ids: Sequence[str]) -> Mapping[str, str]:
        """For each NGO a word that is another one as soon as any of its reports is; those without reports are left out."""
        with self._database.reading() as connection:
            return ngos.stamps(connection, ngo_ids)

    def list_ngos(self, q: str, limit: int, cursor: str | None = None, *, only: str | None = None) -> NgoPage:
        """Those whose name, or an older one, holds `q` however it is spelled, or whose registration number is `q`; by name.

        :raises InvalidInput: a cursor that this store did not make.
        """
        with self._database.reading() as connection:
            return ngos.page(connection, q, limit, cursor, only)

    def merge_ngos(self, keep: str, drop: str) -> Ngo:
        """All reports and keys of `drop` go to `keep`; its names and its id lead there from now on. :raises NotFound:"""
        with self._database.writing() as connection:
            audit.append(connection, self._now(), "ngo.merge", f"ngo:{keep}", {"drop": drop})
            return ngos.merge(connection, keep, drop)

    def vector_ids(self, kind: VectorKind, filters: Filters) -> IntArray:
        """Ids of the vectors whose reports match, whichever encoder made them. Shape: (n,), ascending."""
        found = select(vectors_table.c.id).where(vectors_table.c.kind == kind)
        if wanted := conditions(filters):
            found = found.join(reports, reports.c.pk == vectors_table.c.report_pk).where(*wanted)
        with self._database.reading() as connection:
            return np.sort(np.array(connection.scalars(found).all(), np.int64))

    def vectors(self, kind: VectorKind, ids: IntArray) -> VectorBatch:
        """Those of `ids` that exist, ascending."""
        with self._database.reading() as connection:
            return vector_rows.read(connection, kind, ids.tolist())

    def all_vectors(self, kind: VectorKind, encoder: str, batch: int = 4096) -> Iterator[VectorBatch]:
        """Every vector that this encoder made, by ascending id."""
        made = select(vectors_table.c.id, vectors_table.c.vector).where(
            vectors_table.c.encoder == encoder, vectors_table.c.kind == kind
        )
        last = 0
        while True:
            with self._database.reading() as connection:
                following = made.where(vectors_table.c.id > last).order_by(vectors_table.c.id).limit(batch)
                found = [(row.id, row.vector) for row in connection.execute(following)]
            if not found:
                return
            last = found[-1][0]
            yield vector_rows.batch(found)

    def owners(self, vector_ids: Sequence[int]) -> dict[int, str]:
        """The id of the report that each vector belongs to; those that are gone are left out."""
        with self._database.reading() as connection:
            return vector_rows.owners(connection, vector_ids)

    def report_vectors(self, report_id: str, encoder: str) -> ReportVectors | None:
        """Those that this encoder made; None: the report has none, or is not there."""
        return self.vectors_of([report_id], encoder).get(report_id)

    def vectors_of(self, report_ids: Sequence[str], encoder: str) -> Mapping[str, ReportVectors]:
        """Those that this encoder made of each report; a report that has none is left out."""
        with self._database.reading() as connection:
            return vector_rows.of(connection, report_ids, encoder)

    def words_of(self, report_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The lemmas of the title and text of each report, as the lexical index holds them."""
        with self._database.reading() as connection:
            return word_rows.of(connection, report_ids)

    def search_words(self, words: Sequence[str], filters: Filters, k: int) -> Sequence[WordHit]:
        """Reports that match the filters and hold any of the words, best first."""
        with self._database.reading() as connection:
            return word_rows.search(connection, words, filters, k)

    def word_weights(self, words: Sequence[str]) -> Mapping[str, float]:
        """How much each word that any report holds tells; the rarer the more."""
        with self._database.reading() as connection:
            return word_rows.weights(connection, words)

    def rebuild_words(self) -> int:
        """Derive words and sketches anew from the texts; returns of how many reports."""
        return derived.rebuild(self._database)

    def check_words(self) -> tuple[int, int]:
        """How many reports the lexical index lacks, and how many it holds that are gone."""
        with self._database.reading() as connection:
            return word_rows.missing(connection)

    def near(self, text: str, limit: int) -> Sequence[str]:
        """Ids of reports that may hold a good part of this text word for word, the likeliest first."""
        with self._database.reading() as connection:
            return bands.near(connection, lemmas_of(text), limit)

    def judge_pair(self, one: str, other: str, *, duplicate: bool, by: str | None) -> None:
        """Remember whether two reports are duplicates, in either order; a later word counts. :raises NotFound:"""
        with self._database.writing() as connection:
            pair = [saving.existing(connection, each) for each in (one, other)]
            duplicates.judge(connection, pair, duplicate=duplicate, by=by, now=self._now())
            said = {"other": other, "duplicate": duplicate}
            audit.append(connection, self._now(), "duplicate.judge", f"report:{one}", said)
            for row in pair:
                waiting.write(connection, row.pk, self._now())

    def judged_pairs(self, report_id: str) -> Mapping[str, bool]:
        """What reviewers said of this report and others: by the other's id, whether they are duplicates."""
        with self._database.reading() as connection:
            return duplicates.judged(connection, report_id)

    def changes(self, after: int, encoder: str, limit: int = 10_000) -> Sequence[Change]:
        """The change log of this encoder's vectors with `seq > after`, ascending."""
        columns = (changes_table.c.seq, changes_table.c.op, changes_table.c.kind, changes_table.c.vector_id)
        newer = select(*columns).where(changes_table.c.encoder == encoder, changes_table.c.seq > after)
        with self._database.reading() as connection:
            return [Change(*row) for row in connection.execute(newer.order_by(changes_table.c.seq).limit(limit))]

    def stats(self) -> StoreStats:
        """Counts at one moment; passages of the encoder that has most of them."""
        passages = select(func.count().label("n")).where(vectors_table.c.kind == "passage").group_by(vectors_table.c.encoder)
        counts = (
            select(func.count()).select_from(reports),
            select(func.count()).select_from(ngos_table).where(ngos_table.c.merged_into.is_(None)),
            select(func.coalesce(func.max(passages.subquery().c.n), 0)),
            select(func.coalesce(func.max(changes_table.c.seq), 0)),
        )
        with self._database.reading() as connection:
            return StoreStats(*(connection.execute(count).scalar_one() for count in counts))

    def _audit_change(self, connection: Connection, report_id: str, version: int) -> None:
        audit.append(connection, self._now(), "report.change", f"report:{report_id}", {"version": version})
