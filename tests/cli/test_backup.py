"""Backup and restore, and another taxonomy's codes, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.bootstrap import open_app
from nlp.errors import ConfigurationError, InvalidInput
from nlp.pipelines.analyze import Analyzer
from nlp.review.decisions import Decision
from nlp.settings import load_settings
from nlp.types import Filters
from service.cli import backup, restore, taxonomy

TEXT = "کارگاه پیشگیری از اعتیاد برای ۲۰۰ دانش‌آموز برگزار شد و مواد مخدر شناخته شد."
run = CliRunner().invoke


def filled(home: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that the machine read, and one that a reviewer corrected."""
    monkeypatch.setenv("SAMANYAR_HOME", str(home))
    application = open_app(load_settings())
    vars(application)["analyzer"] = analyzer
    for name in ("read", "corrected"):
        application.ingest.submit(application.ingest.parse({"id": name, "text": f"{TEXT} {name}"}))
    application.reviews.decide("corrected", Decision("correct", ("addiction", "livelihood")), 1, by="user:a")
    application.close()


def test_a_home_moves_in_one_file(tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path / "old", analyzer, monkeypatch)
    file = tmp_path / "all.tar"
    assert run(backup.app, [str(file)], catch_exceptions=False).exit_code == 0
    with pytest.raises(InvalidInput):
        run(restore.app, [str(file)], catch_exceptions=False)
    monkeypatch.setenv("SAMANYAR_HOME", str(tmp_path / "new"))
    done = run(restore.app, [str(file)], catch_exceptions=False)
    assert (done.exit_code, "2 گزارش" in done.stderr) == (0, True)
    application = open_app(load_settings())
    vars(application)["analyzer"] = analyzer
    assert {hit.report.id for hit in application.search.search("مواد مخدر")} == {"read", "corrected"}
    assert application.stores.audit.verify()[1] is None
    application.close()


def test_stored_codes_become_those_of_the_taxonomy(tmp_path: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, analyzer, monkeypatch)
    codes = tmp_path / "map.toml"
    codes.write_text('[codes]\naddiction = ["mental_health", "livelihood"]\nnever_was = []\n', encoding="utf-8")
    dry = run(taxonomy.app, ["migrate", str(codes)], catch_exceptions=False)
    assert dry.stdout == "2 reports, 1 decisions would change; --apply writes\n"
    application = open_app(load_settings())
    assert application.stores.reports.get("read").domains == ("addiction",)
    assert application.stores.reports.get("corrected").version == 2
    done = run(taxonomy.app, ["migrate", str(codes), "--apply"], catch_exceptions=False)
    assert done.stdout == "2 reports, 1 decisions changed\n"
    store = application.stores.reports
    assert store.get("corrected").domains == ("mental_health", "livelihood")
    assert set(store.get("read").domains) == {"mental_health", "livelihood"}
    assert {report.id for report in store.iterate(Filters(domain="mental_health"))} == {"read", "corrected"}
    assert list(store.iterate(Filters(domain="addiction"))) == []
    group = application.taxonomy.by_code["mental_health"].group
    assert {report.id for report in store.iterate(Filters(group=group))} == {"read", "corrected"}
    (review,) = application.stores.reviews.of("corrected")
    assert (review.domains, "addiction" in review.assigned) == (("mental_health", "livelihood"), False)
    assert store.history("read")[0].domains == ("addiction",)
    assert run(taxonomy.app, ["migrate", str(codes)], catch_exceptions=False).stdout.startswith("0 reports, 0 decisions")
    application.close()


@pytest.mark.parametrize("content", ["", "[codes]\na = 1\n", '[codes]\na = "nothing"\n', "codes = []\n", "x"])
def test_a_map_that_is_none_is_refused(tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMANYAR_HOME", str(tmp_path / "home"))
    (tmp_path / "map.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        run(taxonomy.app, ["migrate", str(tmp_path / "map.toml")], catch_exceptions=False)
