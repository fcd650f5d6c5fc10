"""The lexical index, the sketches, and what reviewers say of duplicates. `nlp.adapters.stores.derived` fills the first two."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # ascii: every letter of another script belongs to a word; what parts words is decided by our own tokens.
    op.execute("CREATE VIRTUAL TABLE report_words USING fts5(title, body, tokenize='ascii')")
    op.execute("CREATE VIRTUAL TABLE report_terms USING fts5vocab('report_words', 'row')")
    op.create_table(
        "shingle_bands",
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("report_pk", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_pk"], ["reports.pk"], name="fk_shingle_bands_report_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "report_pk", name="pk_shingle_bands"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shingle_bands_report_pk", "shingle_bands", ["report_pk"], unique=False)
    op.create_table(
        "duplicate_decisions",
        sa.Column("first_pk", sa.Integer(), nullable=False),
        sa.Column("second_pk", sa.Integer(), nullable=False),
        sa.Column("first_text", sa.String(length=64), nullable=False),
        sa.Column("second_text", sa.String(length=64), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["first_pk"], ["reports.pk"], name="fk_duplicate_decisions_first_pk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_pk"], ["reports.pk"], name="fk_duplicate_decisions_second_pk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("first_pk", "second_pk", name="pk_duplicate_decisions"),
    )
    op.create_index("ix_duplicate_decisions_second_pk", "duplicate_decisions", ["second_pk"], unique=False)
