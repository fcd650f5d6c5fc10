"""A model's life from the command line: the gate, the switch, the way back, the replay."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.bootstrap import open_app
from nlp.errors import ModelRefused
from nlp.settings import SHIPPED_MODEL, load_settings
from nlp.shipped import DATA, MODELS
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
        write_manifest(folder, {**manifest, "name": name})
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


def call(*arguments: str) -> str:
    result = CliRunner().invoke(models.app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout + result.stderr


def in_use() -> str:
    return next(line.split()[1] for line in call("list").splitlines() if line.startswith("*"))


def test_a_dry_run_measures_and_changes_nothing() -> None:
    output = call("promote", SHIPPED_MODEL, "--dry-run")
    assert "frozen split: 60 report (no corpus: data/ alone)" in output
    assert "would change label" in output
    assert in_use() == "plain"


def test_the_better_model_is_put_in_use_with_the_whole_store_encoded_and_the_way_back_is_open(home: Path) -> None:
    call("promote", SHIPPED_MODEL)
    assert in_use() == SHIPPED_MODEL
    application = open_app(load_settings(home=home))
    assert application.index.sizes()["report"] == 8
    assert application.encoder.spec.name == SHIPPED_MODEL
    application.close()

    with pytest.raises(ModelRefused, match="micro-F1"):
        call("promote", "twin")
    assert in_use() == SHIPPED_MODEL

    call("rollback")
    assert in_use() == "plain"


def test_a_replay_gives_what_is_stored() -> None:
    if in_use() != "plain":
        call("rollback")
    assert "8 the same, 0 other" in call("replay")
