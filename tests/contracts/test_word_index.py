"""The lexical index follows the store in the same transaction, and forgets what is deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from nlp.adapters import stores as store_package
from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.adapters.stores.engine import make_engine
from nlp.ports import ReportStore
from nlp.text.tokens import tokens
from nlp.types import Filters, Report

MakeReport = Callable[..., Report]
MIGRATIONS = Path(store_package.__file__).with_name("migrations")


@pytest.fixture
def store(stores: Stores) -> ReportStore:
    return stores.reports


def found(store: ReportStore, query: str, filters: Filters | None = None, k: int = 10) -> list[str]:
    return [hit.report_id for hit in store.search_words(tuple(tokens(query)), filters or Filters(), k)]


def test_words_find_reports_the_best_first(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report("forest", text="آتش در جنگل‌های بلوط خاموش شد.", title="جنگل"), None)
    store.put(make_report("school", text="مدرسه‌ای کنار جنگل ساخته شد و کلاس‌ها برپا شد.", title="مدرسه"), None)
    assert found(store, "جنگل") == ["forest", "school"]
    assert found(store, "مدرسه‌ها") == ["school"]
    assert found(store, "زندان") == found(store, "و از") == []
    hits = store.search_words(("جنگل",), Filters(), 10)
    assert hits[0].bm25 > hits[1].bm25 > 0


def test_filters_come_before_the_ranking(store: ReportStore, make_report: MakeReport) -> None:
    for number in range(30):
        store.put(make_report(f"r-{number}", text="جنگل جنگل جنگل", province="IR-08"), None)
    store.put(make_report("far", text="در این گزارش از مدرسه و کوه و جنگل هم سخنی هست", province="IR-23"), None)
    assert found(store, "جنگل", Filters(province="IR-23"), k=5) == ["far"]
    assert len(found(store, "جنگل", k=5)) == 5


def test_a_change_is_a_change_of_words_too(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report("r", text="آتش در جنگل"), None)
    store.put(make_report("r", text="کلاس در مدرسه"), None)
    assert (found(store, "جنگل"), found(store, "مدرسه")) == ([], ["r"])
    assert store.check_words() == (0, 0)


def test_a_query_cannot_speak_the_language_of_the_index(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report("r", text="جنگل"), None)
    for query in ('"', 'جنگل" OR "', "جنگل AND NOT *", "title:جنگل", "NEAR(", "^جنگل", "-جنگل", "*"):
        found(store, query)


def test_what_was_deleted_is_in_no_file(stores: Stores, make_report: MakeReport, tmp_path: Path) -> None:
    for number in range(40):
        stores.reports.put(make_report(f"r-{number}", text=f"گزارش شماره {number} درباره جنگل و مدرسه"), None)
    stores.reports.put(make_report("gone", text="رازنهفته در متن", title="عنوان رازنهفته"), None)
    assert found(stores.reports, "رازنهفته") == ["gone"]
    assert holds(tmp_path, "رازنهفته")
    stores.reports.delete("gone")
    assert found(stores.reports, "رازنهفته") == []
    assert not holds(tmp_path, "رازنهفته")
    assert len(found(stores.reports, "جنگل", k=50)) == 40


def holds(folder: Path, word: str) -> bool:
    return any(word.encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_a_store_of_the_first_version_gets_its_words_and_its_queue(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(url, foreign_keys=False)
    with engine.execution_options(immediate=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        moment = "2025-01-01 00:00:00.000000"
        connection.exec_driver_sql(
            "INSERT INTO reports (id, version, status, submitted_at, created_at, updated_at, text_sha256, extra, text) "
            "VALUES ('r', 1, 'pending', ?, ?, ?, '', '{}', 'آتش در جنگل')",
            (moment,) * 3,
        )
    engine.dispose()
    again = open_stores(SqlConfig(url=url))
    assert found(again.reports, "جنگل") == ["r"]
    assert [each.reasons for each in again.queue.waiting(Filters(), 0.0, 5).items] == [("uncertain",)]
    assert [(version.report.version, version.by) for version in again.reviews.versions("r")] == [(1, None)]
    again.close()


def test_rebuilding_gives_the_same_answers(store: ReportStore, make_report: MakeReport) -> None:
    for number, word in enumerate(("جنگل", "مدرسه", "جنگل مدرسه")):
        store.put(make_report(f"r-{number}", text=word), None)
    before = store.search_words(("جنگل", "مدرسه"), Filters(), 10)
    assert store.rebuild_words() == 3
    assert store.search_words(("جنگل", "مدرسه"), Filters(), 10) == before


def test_a_whole_report_is_a_query(store: ReportStore, make_report: MakeReport) -> None:
    text = " ".join(f"واژه{number} جنگل" for number in range(300))
    store.put(make_report("r", text=text), None)
    store.put(make_report("other", text="مدرسه"), None)
    assert found(store, text) == ["r"]


def test_the_words_of_reports_are_those_of_title_and_text(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report("a", text="مدرسه‌ای ساخته شد.", title="جنگل"), None)
    store.put(make_report("b", text="درختان کاشته شد.", title=None), None)
    found = store.words_of(["a", "b", "gone"])
    assert {name: list(words) for name, words in found.items()} == {
        "a": [*tokens("جنگل"), *tokens("مدرسه‌ای ساخته شد.")],
        "b": list(tokens("درختان کاشته شد.")),
    }


def test_weights_of_many_words_are_those_of_a_few(store: ReportStore, make_report: MakeReport) -> None:
    store.put(make_report("a", text="مدرسه جنگل", title=None), None)
    store.put(make_report("b", text="جنگل", title=None), None)
    few = store.word_weights(["مدرسه", "جنگل", "زندان"])
    assert set(few) == {"مدرسه", "جنگل"}
    assert few["مدرسه"] > few["جنگل"]
    assert store.word_weights(["مدرسه", "جنگل", *map(str, range(3000))]) == few
