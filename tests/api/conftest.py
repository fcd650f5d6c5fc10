"""The real application over an empty database, called as a client would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from nlp.bootstrap import App, open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings
from service.api.app import create_app

HOST = "http://127.0.0.1:8000"


@pytest.fixture
def make_client(tmp_path: Path, analyzer: Analyzer) -> Iterator[Callable[..., TestClient]]:
    """Makes a running client; settings may be given, such as `auth=True`."""
    opened: list[TestClient] = []

    def make(**settings: Any) -> TestClient:
        application: App = open_app(load_settings(home=tmp_path / "home", **settings))
        vars(application)["analyzer"] = analyzer
        client = TestClient(create_app(application), base_url=HOST, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    """Without authentication, as on a loopback."""
    return make_client()
