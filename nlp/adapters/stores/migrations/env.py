"""Run by Alembic, on the connection that `nlp.adapters.stores.schema` holds locked: all or nothing."""

from __future__ import annotations

from alembic import context

from nlp.adapters.stores import people_tables  # noqa: F401 - its tables are part of the metadata
from nlp.adapters.stores.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
