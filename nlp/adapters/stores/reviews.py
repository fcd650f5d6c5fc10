"""`ReviewStore` over SQL: what reviewers decided. A decision and the version that it makes are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from nlp.adapters.stores import audit, queue, rows, saving, waiting
from nlp.adapters.stores.engine import Database, batches
from nlp.adapters.stores.tables import reports, reviews
from nlp.types import Report, Review, Version
from nlp.wire import summary_from_json, to_json

_REVIEWS = select(reviews, reports.c.id.label("report_id")).join(reports, reports.c.pk == reviews.c.report_pk)


class SqlReviewStore:
    """Decisions and the versions of reports."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def decide(self, report: Report, review: Review, expected_version: int) -> Report:
        """Keep the decision, and the report as it stands after it; its vectors stay, a claim on it ends.

        :raises NotFound: :raises VersionConflict: :raises Claimed: somebody else works on it."""
        rows.check_storable("/note", review.note)
        with self._database.writing() as connection:
            row = saving.existing(connection, report.id, expected_version)
            queue.check_free(connection, row.pk, review.by, self._now())
            connection.execute(insert(reviews).values(_values(review, row)))
            saving.change(connection, row, report, None, self._now())
            waiting.write_partners(connection, row.pk, self._now())
            queue.let_go(connection, row.pk)
            said = {"version": expected_version + 1, "decision": review.decision, "domains": review.domains}
            audit.append(connection, self._now(), "report.review", f"report:{report.id}", said)
            return saving.get(connection, report.id)

    def of(self, report_id: str) -> tuple[Review, ...]:
        """Oldest first. :raises NotFound:"""
        with self._database.reading() as connection:
            pk = saving.existing(connection, report_id).pk
            return _read(connection, [pk])

    def stamp(self) -> tuple[int, str | None]:
        """How many decisions there are, and the id of the newest: where both are the same, so are the decisions."""
        newest = select(reviews.c.id).order_by(reviews.c.pk.desc()).limit(1)
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(reviews)).scalar_one()
            return int(count), connection.scalar(newest)

    def all(self) -> Iterator[Review]:
        """Every decision of every report, oldest first, read in batches."""
        with self._database.reading() as connection:
            pks = connection.scalars(select(reviews.c.pk).order_by(reviews.c.pk)).all()
        for some in batches(pks):
            with self._database.reading() as connection:
                found = connection.execute(_REVIEWS.where(reviews.c.pk.in_(some)).order_by(reviews.c.pk)).all()
            yield from map(_review, found)

    def rewrite(self, change: Callable[[Review], Review], *, apply: bool) -> int:
        """Bring every decision to other codes, in one transaction; returns how many change. Without `apply` it only counts."""
        with self._database.writing() if apply else self._database.reading() as connection:
            changed = 0
            for row in connection.execute(_REVIEWS.order_by(reviews.c.pk)).all():
                before = _review(row)
                after = change(before)
                if after == before:
                    continue
                changed += 1
                if apply:
                    data = to_json(after)
                    values = {name: data[name] for name in ("domains", "groups", "assigned", "probabilities")}
                    connection.execute(update(reviews).where(reviews.c.pk == row.pk).values(values))
            if apply:
                audit.append(connection, self._now(), "taxonomy.migrate", "reviews", {"decisions": changed})
            return changed

    def versions(self, report_id: str) -> tuple[Version, ...]:
        """Every version, oldest first, the one that stands last. :raises NotFound:"""
        with self._database.reading() as connection:
            return saving.versions(connection, report_id)


def _values(review: Review, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    data = to_json(review)
    kept = ("domains", "groups", "summary", "assigned", "probabilities")
    plain = ("id", "version", "decision", "note", "by", "at", "model", "audited")
    values = {name: data[name] for name in kept} | {name: getattr(review, name) for name in plain}
    return values | {"report_pk": row.pk, "text_sha256": row.text_sha256}


def _read(connection: Connection, report_pks: list[int]) -> tuple[Review, ...]:
    found = _REVIEWS.where(reviews.c.report_pk.in_(report_pks)).order_by(reviews.c.pk)
    return tuple(map(_review, connection.execute(found)))


def _review(row: Row[*tuple[Any, ...]]) -> Review:
    return Review(
        id=row.id,
        report=row.report_id,
        version=row.version,
        decision=row.decision,
        domains=None if row.domains is None else tuple(row.domains),
        groups=None if row.groups is None else tuple(row.groups),
        summary=row.summary and summary_from_json(row.summary),
        note=row.note,
        by=row.by,
        at=row.at,
        assigned=tuple(row.assigned),
        probabilities=row.probabilities,
        model=row.model,
        audited=row.audited,
    )
