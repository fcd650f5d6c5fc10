"""Opening a database: created, migrated, refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pydantic import ValidationError
from sqlalchemy import inspect

from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.adapters.stores.engine import make_engine
from nlp.adapters.stores.tables import metadata
from nlp.errors import ConfigurationError
from nlp.types import NgoRef


def is_no_word_table(name: str, kind: str, _: object) -> bool:
    """The lexical index is a virtual table, which SQLAlchemy knows nothing of."""
    return kind != "table" or not name.startswith(("report_words", "report_terms"))


def test_the_migrations_make_the_tables_of_the_code(stores: Stores, url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_no_word_table})
        assert compare_metadata(context, metadata) == []
        checks = {
            table: len(inspect(connection).get_check_constraints(table))
            for table in ("vectors", "changes", "reports", "ngo_keys")
        }
    engine.dispose()
    assert checks == {"vectors": 1, "changes": 1, "reports": 1, "ngo_keys": 1}


def test_every_connection_is_set_up(stores: Stores, url: str) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous", "busy_timeout")
        }
    engine.dispose()
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2, "busy_timeout": 30_000}


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    config = SqlConfig(url=f"sqlite:///{tmp_path / 'a folder' / '100%' / 'store.db'}")
    first = open_stores(config)
    ngo = first.reports.resolve_ngo(NgoRef("الف"))
    first.close()
    second = open_stores(config)
    assert second.reports.ngo(ngo.id) == ngo
    second.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(stores: Stores, url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigurationError, match="9999"):
        open_stores(SqlConfig(url=url))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database" * 100)
    for path in (tmp_path / "notes.txt", tmp_path / "notes.txt" / "store.db", tmp_path):
        with pytest.raises(ConfigurationError):
            open_stores(SqlConfig(url=f"sqlite:///{path}"))


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql://u@h/d", "mysql+x://"])
def test_a_url_that_is_no_sqlite_file_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_stores(SqlConfig(url=url))


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValidationError):
        SqlConfig.model_validate({"url": "sqlite:///x", "pool": 3})
