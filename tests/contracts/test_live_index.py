"""The index of each process follows the store, and a snapshot that does not fit is built again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from nlp.adapters.indexes import FaissConfig, open_index
from nlp.bootstrap import App
from nlp.pipelines.index import LiveIndex
from nlp.types import Submission

TEXT = "انجمن ما برای زندانیان شهر قم کارگاه حرفه‌آموزی برگزار کرد و {} نفر به کار بازگشتند."


def another(application: App, folder: Path) -> LiveIndex:
    """The index of another process over the same store."""
    make = partial(open_index, FaissConfig(), application.encoder.spec.dimension)
    return LiveIndex(application.stores.reports, make, application.encoder.spec.sha256, folder)


def test_a_change_is_seen_by_every_index_before_it_answers(application: App, tmp_path: Path) -> None:
    second = another(application, tmp_path / "second")
    second.open()
    application.ingest.submit_many([Submission(id=f"r-{number}", text=TEXT.format(number)) for number in range(3)])
    assert second.sizes() == application.index.sizes() == {"report": 3, "passage": 3}
    application.stores.reports.delete("r-1")
    assert second.sizes() == application.index.sizes() == {"report": 2, "passage": 2}
    assert [(check.missing, check.surplus, check.recall) for check in second.verify()] == [(0, 0, 1.0)] * 2


def test_a_snapshot_is_loaded_and_a_damaged_one_is_built_again(application: App, tmp_path: Path) -> None:
    application.ingest.submit_many([Submission(id=f"r-{number}", text=TEXT.format(number)) for number in range(3)])
    first = another(application, tmp_path / "index")
    first.open()
    first.save()
    application.stores.reports.delete("r-0")
    loaded = another(application, tmp_path / "index")
    loaded.open()
    assert loaded.sizes() == {"report": 2, "passage": 2}
    (file,) = tmp_path.glob("index/*/passage-*.index")
    file.write_bytes(file.read_bytes()[:-8])
    repaired = another(application, tmp_path / "index")
    repaired.open()
    assert repaired.sizes() == {"report": 2, "passage": 2}
    assert repaired.rebuild() == 4


def test_neighbours_respect_filters_before_they_are_ranked(application: App) -> None:
    province = {"r-0": "IR-25", "r-1": "IR-21", "r-2": "IR-21"}
    reports = [Submission(id=name, text=TEXT.format(name), province=code) for name, code in province.items()]
    application.ingest.submit_many(reports)
    from nlp.types import Filters

    found = application.search.search("زندانیان", Filters(province="IR-21"), 1)
    assert found[0].report.id in {"r-1", "r-2"}
    assert {hit.report.id for hit in application.search.search("زندانیان", Filters(province="IR-21"), 10)} == {"r-1", "r-2"}
