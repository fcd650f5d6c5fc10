"""The lexical index: lemmas of each report, and a view of its terms. `nlp.adapters.stores.words` fills it."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # ascii: every letter of another script belongs to a word; what parts words is decided by our own tokens.
    op.execute("CREATE VIRTUAL TABLE report_words USING fts5(title, body, tokenize='ascii')")
    op.execute("CREATE VIRTUAL TABLE report_terms USING fts5vocab('report_words', 'row')")
