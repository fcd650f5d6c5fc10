"""Brings a database to the tables of this version, whoever starts first."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from nlp.adapters.stores.engine import BUSY_SECONDS, make_engine
from nlp.errors import ConfigurationError

_MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(url: str) -> None:
    """Create the file, or migrate it to the newest tables; a second process waits and finds it done.

    :raises ConfigurationError: the URL is not of a SQLite file, the file is no database or cannot be written, or a newer
        Samanyar wrote it.
    """
    path = database_file(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _use_wal(path)
        _migrate(url)
    except (OSError, sqlite3.DatabaseError, DatabaseError) as error:
        raise ConfigurationError("پایگاه داده باز نشد.", detail=f"{path}: {error}") from error


def database_file(url: str) -> Path:
    """:raises ConfigurationError: the URL is not of a SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("نشانی پایگاه داده درست نیست.", detail=str(error)) from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("پایگاه داده باید یک فایل SQLite باشد.", detail="expected sqlite:///path/to/file.db")
    return Path(str(parsed.database))


def _use_wal(path: Path) -> None:
    """Readers and the writer do not wait for each other. It is a property of the file; SQLite does not wait for its lock."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
                connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(url: str) -> None:
    """One transaction that locks the file first; a database that is up to date is only read, so a start does not wait for busy
    writers. Foreign keys are off, as rebuilding a table needs it, and checked after."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    engine = make_engine(url, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if _is_current(connection, scripts):
                return
        with engine.execution_options(immediate=True).begin() as connection:
            if _is_current(connection, scripts):
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise ConfigurationError("پایگاه داده آسیب دیده است.", detail=f"{len(broken)} broken foreign keys")
    finally:
        engine.dispose()


def _is_current(connection: Connection, scripts: ScriptDirectory) -> bool:
    """:raises ConfigurationError: a newer Samanyar wrote it."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigurationError(
            "این پایگاه داده را نسخه تازه‌تری از سمن‌یار ساخته است.", detail=f"unknown schema revision {current}"
        )
    return current == scripts.get_current_head()
