"""The tables of people and of what they did."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from nlp.adapters.stores.tables import UtcDateTime, metadata

# login_key: the login, case folded; secret: argon2id.
users = Table(
    "users",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("login", String(64), nullable=False),
    Column("login_key", String(64), nullable=False, unique=True),
    Column("name", Text),
    Column("role", String(9), nullable=False),
    Column("ngo_id", ForeignKey("ngos.id"), index=True),
    Column("secret", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("role IN ('submitter', 'reviewer', 'analyst', 'admin')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# login_key here: SHA-256, as people type passwords into the wrong field.
login_attempts = Table(
    "login_attempts",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("login_key", String(64), nullable=False, index=True),
    Column("address", Text, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# The audit log (`nlp.review.audit`); triggers refuse updates and deletes.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", String(20), nullable=False),
    Column("object", Text, nullable=False),
    Column("detail", JSON(none_as_null=True), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "actor", "seq"),
    sqlite_autoincrement=True,
)
