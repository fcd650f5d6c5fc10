"""What reviewers decide, who made each version of a report, who waits for a reviewer, and who is at it.

`nlp.adapters.stores.derived` fills the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("updated_by", sa.Text(), nullable=True))
    op.add_column("report_versions", sa.Column("made_by", sa.Text(), nullable=True))
    op.create_table(
        "reviews",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=7), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("domains", sa.JSON(), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=True),
        sa.Column("assigned", sa.JSON(), nullable=False),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.CheckConstraint("decision IN ('accept', 'correct', 'reject')", name="ck_reviews_decision"),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_reviews_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pk", name="pk_reviews"),
        sa.UniqueConstraint("id", name="uq_reviews_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_report_pk", "reviews", ["report_pk"], unique=False)
    op.create_table(
        "review_queue",
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("sureness", sa.Float(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_review_queue_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_pk", name="pk_review_queue"),
    )
    op.create_index(
        "ix_review_queue_rank_sureness_since_report_pk", "review_queue", ["rank", "sureness", "since", "report_pk"], unique=False
    )
    op.create_table(
        "claims",
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_claims_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_pk", name="pk_claims"),
    )
    columns = ["province", "ngo_id", "period_start", "period_end"]
    op.create_index("ix_reports_province_ngo_id_period_start_period_end", "reports", columns, unique=False)
