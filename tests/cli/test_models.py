"""A model's life from the command line: the gate, the switch, the way back, the replay."""

from __future__ import annotations

import json
import shutil
import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from nlp.bootstrap import open_app
from nlp.errors import ConfigurationError, ModelRefused
from nlp.settings import SHIPPED_MODEL, load_settings
from nlp.shipped import DATA, MODELS
from nlp.types import Filters
from service.cli import models
from training.sentence_folder import write_manifest

REPORTS = DATA / "reports" / "train.jsonl"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a model in use that has prototypes alone, and eight reports that it analysed."""
    home = tmp_path_factory.mktemp("home")
    for name, heads in (("plain", False), ("twin", True)):
        folder = home / "models" / name
        shutil.copytree(MODELS / SHIPPED_MODEL, folder)
        manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
        manifest.pop("files")
        if not heads:
            manifest.pop("heads")
        write_manifest(folder, {**manifest, "name": name, "note": name})
    (home / "models" / "promoted.json").write_text(json.dumps({"promoted": [SHIPPED_MODEL, "plain"]}), encoding="utf-8")
    application = open_app(load_settings(home=home))
    lines = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()[:8]]
    rows = [{"id": each["id"], "title": each["title"], "text": "\n".join(each["sentences"])} for each in lines]
    application.ingest.submit_many([application.ingest.parse(row) for row in rows])
    application.close()
    return home


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMANYAR_HOME", str(home))


def call(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(models.app, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def in_use() -> str:
    return next(line.split()[1] for line in call("list").splitlines() if line.startswith("*"))


def identities(home: Path) -> dict[str, str]:
    shelf = load_settings(home=home).shelf
    return {model.name: model.sha256 or "" for model in shelf.models()}


def test_models_that_differ_in_a_word_of_the_manifest_are_different_models(home: Path) -> None:
    found = identities(home)
    assert len({found[name] for name in ("plain", "twin", SHIPPED_MODEL)}) == 3


def test_a_dry_run_measures_and_changes_nothing(home: Path) -> None:
    output = call("promote", SHIPPED_MODEL, "--dry-run")
    assert "frozen split: 60 report (no corpus: data/ and decisions)" in output
    changed = [line.split("\t")[0] for line in output.splitlines() if "\t" in line]
    assert f"{len(changed)} stored reports would change label" in output
    assert in_use() == "plain"
    with closing(open_app(load_settings(home=home))) as application:
        assert application.stores.reports.encoders() == {identities(home)["plain"]}


def test_the_better_model_is_put_in_use_with_the_whole_store_encoded_and_the_way_back_is_open(home: Path) -> None:
    names = identities(home)
    call("promote", SHIPPED_MODEL)
    assert in_use() == SHIPPED_MODEL
    with closing(open_app(load_settings(home=home))) as application:
        store = application.stores.reports
        assert store.encoders() == {names["plain"], names[SHIPPED_MODEL]}
        assert store.without_vectors(names[SHIPPED_MODEL], 10) == ()
        assert application.index.sizes()["report"] == 8
        assert application.encoder.spec.sha256 == names[SHIPPED_MODEL]
        first = next(store.iterate(Filters())).id
        assert len(application.search.similar_reports(first, k=7)) == 7
        kept = store.report_vectors(first, names["plain"])

    with pytest.raises(ModelRefused, match="micro-F1"):
        call("promote", "twin")
    assert in_use() == SHIPPED_MODEL

    call("rollback")
    assert in_use() == "plain"
    with closing(open_app(load_settings(home=home))) as application:
        again = application.stores.reports.report_vectors(first, names["plain"])
    assert kept is not None
    assert again is not None
    np.testing.assert_array_equal(kept.report, again.report)


def test_a_replay_asks_the_model_that_made_each_analysis_and_tells_what_is_other(home: Path) -> None:
    assert "8 the same, 0 other, 0 by" in call("replay")
    with closing(open_app(load_settings(home=home))) as application:
        store = application.stores.reports
        report = next(store.iterate(Filters()))
        assert report.analysis
        least = min(report.analysis.domains, key=lambda each: each.probability)
        listed = tuple(each for each in report.analysis.domains if each.code != least.code)
        bent = replace(report.analysis, domains=listed, summary=None)
        store.replace(replace(report, analysis=bent), None, report.version)
    output = call("replay", code=1)
    assert "7 the same, 1 other" in output
    assert f"{report.id}: another summary" in output
    assert least.probability <= 0.055 or f"{report.id}: {least.code}: 0.05 is now" in output


def test_a_store_that_no_one_encoded_for_the_model_is_encoded_when_it_is_opened(home: Path) -> None:
    """As after an upgrade, or with another SAMANYAR_MODEL."""
    with closing(open_app(load_settings(home=home, model="twin"))) as application:
        sha256 = application.encoder.spec.sha256
        assert len(application.stores.reports.without_vectors(sha256, 10)) == 8
        assert application.index.sizes()["report"] == 8
        assert application.search.search("کودکان کار", k=3)


def test_a_model_that_the_settings_hold_fast_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMANYAR_MODEL", "plain")
    for command in (("promote", "twin"), ("rollback",)):
        with pytest.raises(ConfigurationError, match="SAMANYAR_MODEL"):
            call(*command)
