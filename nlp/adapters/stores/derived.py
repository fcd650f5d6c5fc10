"""What the store derives from each report and keeps beside it, in the same transaction: the words and the bands of the sketch
of its text, and its place in the reviewers' queue.

Which rules made them is kept in the file's `user_version`: a version with other rules derives everything anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from nlp.adapters.stores import bands, waiting, words
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.tables import reports
from nlp.review.queue import RULES as QUEUE_RULES
from nlp.review.sketch import RULES as SKETCH_RULES
from nlp.text.tokens import RULES as TOKEN_RULES
from nlp.text.tokens import lemmas_of

RULES = 1_000_000 * QUEUE_RULES + 1000 * SKETCH_RULES + TOKEN_RULES
_BATCH = 100


def fill(database: Database) -> None:
    """Bring everything to the rules of this version; a store that is up to date is only read, so a start waits for nobody."""
    with database.reading() as connection:
        current = _rules_of(connection)
    if current != RULES:
        rebuild(database)


def rebuild(database: Database) -> int:
    """Derive everything anew, a batch a transaction, so that searches and writers go on meanwhile; returns of how many reports.
    Six milliseconds a report."""
    last = count = 0
    some = select(reports.c.pk, reports.c.title, reports.c.text, reports.c.updated_at).order_by(reports.c.pk).limit(_BATCH)
    while True:
        with database.writing() as connection:
            found = connection.execute(some.where(reports.c.pk > last)).all()
            for row in found:
                add(connection, row.pk, row.title, row.text)
                waiting.write(connection, row.pk, row.updated_at)
            if not found:
                words.drop_surplus(connection)
                words.forget(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {RULES:d}")
                return count
            last, count = found[-1].pk, count + len(found)


def add(connection: Connection, report_pk: int, title: str | None, text: str) -> None:
    """Derive from a report that is new or was changed."""
    lemmas = lemmas_of(text)
    words.add(connection, report_pk, lemmas_of(title or ""), lemmas)
    bands.add(connection, report_pk, lemmas)


def remove(connection: Connection, report_pk: int) -> None:
    """Forget a report that is being deleted; its bands go with its row."""
    words.remove(connection, report_pk)
    words.forget(connection)


def _rules_of(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
