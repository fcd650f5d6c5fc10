"""The tables. Long columns stand last, so that lists and filters do not read the pages that texts overflow into."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC with microseconds: as text it sorts by time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's
        """:raises ValueError: the datetime is naive."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime needs its time zone")
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's
        """Aware, in UTC."""
        return value and value.replace(tzinfo=UTC)


def _json() -> JSON:
    return JSON(none_as_null=True)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# An NGO that was merged away stays as a signpost, so that its old id still leads to the one that was kept.
ngos = Table(
    "ngos",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", Text, nullable=False),
    Column("registration_number", Text),
    Column("merged_into", ForeignKey("ngos.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

# Every folded name and registration number that leads to an NGO; one key leads to one NGO.
ngo_keys = Table(
    "ngo_keys",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("ngo_id", ForeignKey("ngos.id"), nullable=False, index=True),
    CheckConstraint("kind IN ('name', 'registration')", name="kind"),
)

reports = Table(
    "reports",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("needs_review", Boolean),
    Column("ngo_id", ForeignKey("ngos.id"), index=True),
    Column("province", String(12)),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("text_sha256", String(64), nullable=False, index=True),
    Column("city", Text),
    Column("title", Text),
    Column("source", _json()),
    Column("review", _json()),
    Column("extra", _json(), nullable=False),
    Column("text", Text, nullable=False),
    Column("analysis", _json()),
    Column("updated_by", Text),
    CheckConstraint("length(id) BETWEEN 1 AND 64", name="id"),
    Index(None, "submitted_at", "pk"),
    Index(None, "province", "ngo_id", "period_start", "period_end"),  # all that coverage counts
    sqlite_autoincrement=True,
)

# What a report was before each change, whole, as `nlp.wire` writes it.
report_versions = Table(
    "report_versions",
    metadata,
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("replaced_at", UtcDateTime, nullable=False),
    Column("report", _json(), nullable=False),
    Column("made_by", Text),
)

# What reviewers decided; only another taxonomy changes its codes. text_sha256: of the text that they saw.
reviews = Table(
    "reviews",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("decision", String(7), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("audited", Boolean, nullable=False),
    Column("model", String(64)),
    Column("domains", _json()),
    Column("groups", _json()),
    Column("assigned", _json(), nullable=False),
    Column("probabilities", _json(), nullable=False),
    Column("note", Text),
    Column("summary", _json()),
    CheckConstraint("decision IN ('accept', 'correct', 'reject')", name="decision"),
    sqlite_autoincrement=True,
)

# The domains and groups that count: the assigned ones, most probable first, or those that a reviewer left.
report_domains = Table(
    "report_domains",
    metadata,
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(6), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("rank", Integer, nullable=False),
    CheckConstraint("kind IN ('domain', 'group')", name="kind"),
    Index(None, "kind", "code", "report_pk"),
)

# vector: float32, little-endian, unit length.
vectors = Table(
    "vectors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), nullable=False),
    Column("kind", String(7), nullable=False),
    Column("field", String(5)),
    Column("start", Integer),
    Column("end", Integer),
    Column("encoder", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    CheckConstraint("kind IN ('report', 'passage')", name="kind"),
    Index(None, "report_pk", "kind"),
    Index(None, "encoder", "kind"),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("op", String(6), nullable=False),
    Column("kind", String(7), nullable=False),
    Column("vector_id", Integer, nullable=False, index=True),
    Column("encoder", String(64), nullable=False),
    CheckConstraint("op IN ('add', 'remove')", name="op"),
    Index(None, "encoder", "seq"),
    sqlite_autoincrement=True,
)

# Keys of the bands of each report's sketch.
shingle_bands = Table(
    "shingle_bands",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# What reviewers said of two reports, the lower pk first; it holds while both texts (SHA-256) are what they were.
duplicate_decisions = Table(
    "duplicate_decisions",
    metadata,
    Column("first_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True),
    Column("second_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True, index=True),
    Column("first_text", String(64), nullable=False),
    Column("second_text", String(64), nullable=False),
    Column("duplicate", Boolean, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("decided_by", Text),
)

# A row for each report that waits for a reviewer, or may be drawn; rank and reasons as in `nlp.review.queue`.
review_queue = Table(
    "review_queue",
    metadata,
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("sureness", Float, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("draw", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Index(None, "rank", "sureness", "since", "report_pk"),
)

claims = Table(
    "claims",
    metadata,
    Column("report_pk", ForeignKey("reports.pk", ondelete="CASCADE"), primary_key=True),
    Column("by", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("kind", String(64), nullable=False),
    Column("state", String(9), nullable=False, index=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("owner", Text),
    Column("worker", Text),
    Column("lease_until", UtcDateTime),
    Column("result_url", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("errors", _json(), nullable=False),
    Column("payload", _json(), nullable=False),
    sqlite_autoincrement=True,
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("scopes", _json(), nullable=False),
    Column("ngo_id", ForeignKey("ngos.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("status", Integer),
    Column("body", Text),
)
