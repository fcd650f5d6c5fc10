"""Pages of the real application, read as a browser would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from nlp.bootstrap import App
from tests.api.conftest import HOST, client, make_client  # noqa: F401 - fixtures

PASSWORD = "گذرواژهٔ بلند"
TEXT = "انجمن ما برای ۴۰ زندانی شهر قم کارگاه حرفه‌آموزی برگزار کرد. در پایان ۱۲ نفر از آنان آزاد شدند و سر کار رفتند."


class Visitor:
    """Somebody with a browser: follows redirects and fills forms as they stand in the page."""

    def __init__(self, http: TestClient) -> None:
        self.http = http
        self.application: App = http.app.state.application  # type: ignore[attr-defined]  # a Starlette application
        self.page = LexborHTMLParser("")
        self.answer: httpx.Response | None = None

    def open(self, path: str) -> LexborHTMLParser:
        """The page at the end of the redirects."""
        return self._read(self.http.get(path, headers={"Accept": "text/html"}))

    def send(self, selector: str, button: str | None = None, **changes: Any) -> LexborHTMLParser:
        """Submit a form of the page: its fields as they are, then `changes`; button: `name=value`."""
        form = self.page.css_first(selector)
        assert form is not None, selector
        values: dict[str, Any] = {}
        for node in form.css("input, textarea, select"):
            self._add(values, node)
        if button is not None:
            name, _, value = button.partition("=")
            values[name] = value
        return self._read(self.http.post(str(form.attributes["action"]), data=values | changes))

    @staticmethod
    def _add(values: dict[str, Any], node: Any) -> None:
        name, kind = node.attributes.get("name"), node.attributes.get("type")
        if not name or kind == "file" or (kind in ("checkbox", "radio") and "checked" not in node.attributes):
            return
        if node.tag == "textarea":
            values[name] = node.text()
        elif node.tag == "select":
            chosen = node.css_first("option[selected]")
            values[name] = chosen.attributes.get("value", "") if chosen else ""
        else:
            values.setdefault(name, []).append(node.attributes.get("value") or "")

    def _read(self, response: httpx.Response) -> LexborHTMLParser:
        self.answer, self.page = response, LexborHTMLParser(response.text)
        return self.page

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def path(self) -> str:
        assert self.answer is not None
        return self.answer.url.raw_path.decode()

    def text(self, selector: str) -> str:
        """What a person reads there, spaces folded."""
        node = self.page.css_first(selector)
        assert node is not None, selector
        return " ".join(node.text().split())

    def store(self, report_id: str, text: str = TEXT, **fields: Any) -> None:
        self.application.ingest.submit(self.application.ingest.parse({"id": report_id, "text": text, **fields}))


@pytest.fixture
def visitor(client: TestClient) -> Visitor:  # noqa: F811 - the fixture
    """On a loopback, where nobody needs to log in."""
    return Visitor(client)


@pytest.fixture
def logged_in(make_client: Callable[..., TestClient]) -> Callable[..., Visitor]:  # noqa: F811 - the fixture
    """Makes somebody of a role, logged in through the form; all of one test meet at one server."""
    first: list[TestClient] = []

    def enter(login: str, role: str, ngo: str | None = None) -> Visitor:
        if not first:
            first.append(make_client(auth=True))
        visitor = Visitor(TestClient(first[0].app, base_url=HOST, raise_server_exceptions=False))
        visitor.application.stores.people.add(login, role, PASSWORD, ngo=ngo)  # type: ignore[arg-type]
        visitor.open("/login")
        visitor.send("form.card", login=login, password=PASSWORD)
        return visitor

    return enter
