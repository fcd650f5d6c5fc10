"""The lexical index: an FTS5 table over our own lemmas, written inside the transactions that write the reports.

FTS5 forgets a deleted row's words only when it merges its segments: `forget` merges all of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, column, func, literal_column, select, table, text

from nlp.adapters.stores.engine import batches
from nlp.adapters.stores.filters import conditions
from nlp.adapters.stores.tables import reports
from nlp.ports import WordHit
from nlp.types import Filters

LONGEST_QUERY = 40
"""Words of a query that are looked up; of a whole report, those that say most."""
MANY_WORDS = 2000
"""From more words on, reading the whole vocabulary once is faster than looking each up."""
_WORDS = table("report_words", column("rowid"), column("title"), column("body"))
_SCORE: ColumnElement[float] = literal_column("bm25(report_words, 2.0, 1.0)").label("score")
_TERMS = table("report_terms", column("term"), column("doc"))


def add(connection: Connection, report_pk: int, title: Sequence[str], body: Sequence[str]) -> None:
    """Index a report by the lemmas of its title and text, instead of what was there of it."""
    remove(connection, report_pk)
    row = {"pk": report_pk, "title": " ".join(title), "body": " ".join(body)}
    connection.execute(text("INSERT INTO report_words (rowid, title, body) VALUES (:pk, :title, :body)"), row)


def remove(connection: Connection, report_pk: int) -> None:
    """A report that is not there is no error."""
    connection.execute(text("DELETE FROM report_words WHERE rowid = :pk"), {"pk": report_pk})


def drop_surplus(connection: Connection) -> None:
    """Remove rows that belong to no report."""
    connection.execute(text("DELETE FROM report_words WHERE rowid NOT IN (SELECT pk FROM reports)"))


def forget(connection: Connection) -> None:
    """Merge the index, so that no word of a deleted report is left in it. A second for 20,000 reports."""
    connection.execute(text("INSERT INTO report_words (report_words) VALUES ('optimize')"))


def search(connection: Connection, words: Sequence[str], filters: Filters, k: int) -> list[WordHit]:
    """Reports that hold any of the words, by BM25, the title counting twice; filters come first."""
    chosen = _telling(connection, words)
    if not chosen:
        return []
    query = " OR ".join(f'"{word}"' for word in chosen)
    found = (
        select(reports.c.id, _SCORE)
        .select_from(_WORDS.join(reports, reports.c.pk == _WORDS.c.rowid))
        .where(text("report_words MATCH :query").bindparams(bindparam("query", query)), *conditions(filters))
        .order_by(_SCORE, reports.c.pk)
        .limit(k)
    )
    return [WordHit(row.id, -float(row.score)) for row in connection.execute(found)]


def missing(connection: Connection) -> tuple[int, int]:
    """How many reports have no row in the table, and how many rows no report."""
    pks, rows = select(reports.c.pk), select(_WORDS.c.rowid)
    absent = connection.execute(select(func.count()).select_from(reports).where(reports.c.pk.not_in(rows))).scalar_one()
    surplus = connection.execute(select(func.count()).select_from(_WORDS).where(_WORDS.c.rowid.not_in(pks))).scalar_one()
    return absent, surplus


def of(connection: Connection, report_ids: Sequence[str]) -> dict[str, list[str]]:
    """The lemmas of each report's title and text, as the index holds them."""
    row = select(reports.c.id, _WORDS.c.title, _WORDS.c.body).select_from(_WORDS.join(reports, reports.c.pk == _WORDS.c.rowid))
    return {
        found.id: [*found.title.split(), *found.body.split()]
        for some in batches(report_ids)
        for found in connection.execute(row.where(reports.c.id.in_(some)))
    }


def weights(connection: Connection, words: Sequence[str]) -> dict[str, float]:
    """Of the words that the index knows: the logarithm of the inverse of the share of reports that hold them."""
    total = connection.execute(select(func.count()).select_from(reports)).scalar_one()
    wanted = set(words)
    counts = select(_TERMS.c.term, _TERMS.c.doc)
    if len(wanted) > MANY_WORDS:
        found = [row for row in connection.execute(counts) if row.term in wanted]
    else:
        found = [row for some in batches(list(wanted)) for row in connection.execute(counts.where(_TERMS.c.term.in_(some)))]
    return {row.term: math.log(1 + (total + 1) / (row.doc + 0.5)) for row in found}


def _telling(connection: Connection, words: Sequence[str]) -> list[str]:
    """The words of the query that the index knows, those that say most first: times in the query by weight."""
    counts = Counter(words)
    weight = {word: counts[word] * each for word, each in weights(connection, words).items()}
    return sorted(weight, key=lambda word: (-weight[word], word))[:LONGEST_QUERY]
