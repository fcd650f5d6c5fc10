"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("vector_id", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.String(length=64), nullable=False),
        sa.CheckConstraint("op IN ('add', 'remove')", name="ck_changes_op"),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_encoder_seq", "changes", ["encoder", "seq"], unique=False)
    op.create_index("ix_changes_vector_id", "changes", ["vector_id"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_expires_at", "idempotency", ["expires_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("result_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name="pk_jobs"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state", "jobs", ["state"], unique=False)
    op.create_table(
        "ngos",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["ngos.id"], name="fk_ngos_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_ngos"),
    )
    op.create_index("ix_ngos_merged_into", "ngos", ["merged_into"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("ngo_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["ngo_id"], ["ngos.id"], name="fk_api_keys_ngo_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("secret_sha256", name="uq_api_keys_secret_sha256"),
    )
    op.create_index("ix_api_keys_ngo_id", "api_keys", ["ngo_id"], unique=False)
    op.create_table(
        "ngo_keys",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ngo_id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("kind IN ('name', 'registration')", name="ck_ngo_keys_kind"),
        sa.ForeignKeyConstraint(["ngo_id"], ["ngos.id"], name="fk_ngo_keys_ngo_id"),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_ngo_keys"),
    )
    op.create_index("ix_ngo_keys_ngo_id", "ngo_keys", ["ngo_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=True),
        sa.Column("ngo_id", sa.String(length=26), nullable=True),
        sa.Column("province", sa.String(length=12), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source", sa.JSON(), nullable=True),
        sa.Column("review", sa.JSON(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("analysis", sa.JSON(), nullable=True),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 64", name="ck_reports_id"),
        sa.ForeignKeyConstraint(["ngo_id"], ["ngos.id"], name="fk_reports_ngo_id"),
        sa.PrimaryKeyConstraint("pk", name="pk_reports"),
        sa.UniqueConstraint("id", name="uq_reports_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_ngo_id", "reports", ["ngo_id"], unique=False)
    op.create_index("ix_reports_submitted_at_pk", "reports", ["submitted_at", "pk"], unique=False)
    op.create_index("ix_reports_text_sha256", "reports", ["text_sha256"], unique=False)
    op.create_table(
        "report_domains",
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('domain', 'group')", name="ck_report_domains_kind"),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_report_domains_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_pk", "kind", "code", name="pk_report_domains"),
    )
    op.create_index("ix_report_domains_kind_code_report_pk", "report_domains", ["kind", "code", "report_pk"], unique=False)
    op.create_table(
        "report_versions",
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_report_versions_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_pk", "version", name="pk_report_versions"),
    )
    op.create_table(
        "vectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("field", sa.String(length=5), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("encoder", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('report', 'passage')", name="ck_vectors_kind"),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_vectors_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_vectors"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_vectors_encoder_kind", "vectors", ["encoder", "kind"], unique=False)
    op.create_index("ix_vectors_report_pk_kind", "vectors", ["report_pk", "kind"], unique=False)
