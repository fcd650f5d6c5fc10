"""The real model is opened once a test process; tests never reach a network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")

import pytest

from nlp.bootstrap import App, open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled model is cached for this process."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="session")
def analyzer(compiled: Path) -> Analyzer:
    """The shipped model with the shipped taxonomy."""
    return open_app(load_settings(home=compiled)).analyzer


@pytest.fixture
def application(tmp_path: Path, analyzer: Analyzer) -> Iterator[App]:
    """A whole application over an empty database; the model is shared."""
    app = open_app(load_settings(home=tmp_path / "home"))
    vars(app)["analyzer"] = analyzer
    yield app
    app.close()
