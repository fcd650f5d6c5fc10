"""The shelf: what is in use, what comes back, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nlp.adapters.models import ModelShelf
from nlp.errors import Busy, ConfigurationError, NotFound
from nlp.settings import SHIPPED_MODEL, load_settings
from nlp.shipped import MODELS


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    for name in ("first", "second"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        manifest = 'name = "x"\nkind = "encoder"\ndimension = 4\nmax_tokens = 8\n[prompts]\nquery = ""\n[files]\n'
        (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    return ModelShelf(tmp_path, MODELS, SHIPPED_MODEL)


def test_the_shipped_model_is_in_use_until_another_is_promoted(shelf: ModelShelf, tmp_path: Path) -> None:
    assert shelf.current == SHIPPED_MODEL
    shelf.promote("first")
    shelf.promote("second")
    assert shelf.current == "second"
    assert load_settings(home=tmp_path).model_folder() == tmp_path / "models" / "second"
    assert shelf.rollback() == "first"
    assert shelf.rollback() == SHIPPED_MODEL
    with pytest.raises(NotFound):
        shelf.rollback()


def test_a_model_that_is_not_there_cannot_be_promoted(shelf: ModelShelf) -> None:
    with pytest.raises(NotFound, match="third"):
        shelf.promote("third")


def test_the_way_back_passes_over_a_model_that_was_deleted(shelf: ModelShelf, tmp_path: Path) -> None:
    shelf.promote("first")
    shelf.promote("second")
    shutil.rmtree(tmp_path / "models" / "first")
    assert shelf.previous == SHIPPED_MODEL
    assert shelf.rollback() == SHIPPED_MODEL
    assert shelf.current == SHIPPED_MODEL


def test_one_promotion_at_a_time(shelf: ModelShelf) -> None:
    with shelf.lock(), pytest.raises(Busy), shelf.lock():
        pytest.fail("the lock was given twice")
    with shelf.lock():
        shelf.promote("first")
    assert shelf.current == "first"


@pytest.mark.parametrize("line", ['files = "x"', "files = 3", "max_tokens = ", "[files]\n1 = 2"])
def test_a_manifest_that_says_nonsense_is_a_problem_of_its_model_alone(shelf: ModelShelf, tmp_path: Path, line: str) -> None:
    said = 'name = "x"\ndimension = 4\nmax_tokens = 8\nprompts = {}\n' + line
    (tmp_path / "models" / "first" / "manifest.toml").write_text(said, encoding="utf-8")
    problems = {model.name: bool(model.problem) for model in shelf.models()}
    assert (problems["first"], problems["second"]) == (True, False)


def test_what_the_manifest_says_belongs_to_the_identity_but_its_name_does_not(shelf: ModelShelf, tmp_path: Path) -> None:
    def sha256() -> str | None:
        return next(model.sha256 for model in shelf.models() if model.name == "first")

    path = tmp_path / "models" / "first" / "manifest.toml"
    before, text = sha256(), path.read_text(encoding="utf-8")
    path.write_text(text.replace('name = "x"', 'name = "y"'), encoding="utf-8")
    assert sha256() == before
    path.write_text(text.replace("max_tokens = 8", "max_tokens = 9"), encoding="utf-8")
    assert sha256() != before


def test_an_altered_model_is_listed_with_its_problem(shelf: ModelShelf, tmp_path: Path) -> None:
    manifest = tmp_path / "models" / "first" / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + f'"weights" = "{"0" * 64}"\n', encoding="utf-8")
    listed = {model.name: model for model in shelf.models()}
    assert listed["first"].sha256 is None
    assert listed["first"].problem
    assert listed["second"].problem is None
    assert listed[SHIPPED_MODEL].problem is None


@pytest.mark.parametrize(
    "content", ["", "[]", '{"other": 1}', '{"promoted": null}', '{"promoted": "abc"}', '{"promoted": [1]}']
)
def test_a_damaged_note_is_a_clear_error(shelf: ModelShelf, tmp_path: Path, content: str) -> None:
    (tmp_path / "models" / "promoted.json").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        _ = shelf.current


def test_the_note_is_plain_json(shelf: ModelShelf, tmp_path: Path) -> None:
    shelf.promote("first")
    note = json.loads((tmp_path / "models" / "promoted.json").read_text(encoding="utf-8"))
    assert note == {"promoted": [SHIPPED_MODEL, "first"]}


def test_a_file_that_was_altered_is_seen_however_often_models_were_listed(shelf: ModelShelf, tmp_path: Path) -> None:
    assert {model.name: model.problem for model in shelf.models()}["first"] is None
    assert shelf.models() == shelf.models()
    (tmp_path / "models" / "first" / "manifest.toml").write_text("name = 1 2", encoding="utf-8")
    changed = {model.name: model for model in shelf.models()}["first"]
    assert (changed.sha256, changed.problem) == (None, "شناسنامهٔ مدل خواندنی نیست.")
