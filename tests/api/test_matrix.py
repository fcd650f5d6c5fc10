"""Every route × every role, and nobody at all: a route that is not in this table fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from nlp.bootstrap import open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings
from nlp.types import Limits
from service.api.app import create_app
from tests.api.conftest import HOST
from tests.api.test_people import PASSWORD

ROLES = ("nobody", "submitter", "analyst", "reviewer", "admin")
TEXT = {"text": "انجمن ما برای زندانیان شهر قم کارگاه حرفه‌آموزی برگزار کرد."}
NOT_ONE_OF_THESE = {"If-Match": '"99"'}
EVERYBODY = (401, 200, 200, 200, 200)
PAGE = (303, 200, 200, 200, 200)  # a page sends who is nobody to the form
# Method and path: the statuses for ROLES, and what is sent. {own} and {theirs} are reports, {ngo} and {other} NGOs: of the
# submitter, and of another one. Changes carry a version that is none, so that who may change something gets 412.
MATRIX: dict[tuple[str, str], tuple[tuple[int, ...], dict[str, Any]]] = {
    ("GET", "/"): ((303,) * 5, {}),
    ("GET", "/login"): ((200,) * 5, {}),
    ("POST", "/login"): ((422,) * 5, {"form": {}}),
    ("GET", "/login/oidc"): ((404,) * 5, {}),  # no provider is configured here
    ("GET", "/login/oidc/callback"): ((404,) * 5, {}),
    ("POST", "/logout"): ((401, 303, 303, 303, 303), {"form": {}}),
    ("GET", "/queue"): ((303, 403, 403, 200, 200), {}),
    ("POST", "/queue/next"): ((401, 403, 403, 303, 303), {"form": {}}),
    ("GET", "/reports"): (PAGE, {}),
    ("GET", "/reports/{report_id}"): ((303, 404, 200, 200, 200), {}),
    ("GET", "/reports/{report_id}/similar"): ((303, 404, 200, 200, 200), {}),
    ("POST", "/reports/{report_id}/decision"): ((401, 403, 403, 412, 412), {"form": {"version": "99", "action": "save"}}),
    ("POST", "/reports/{report_id}/fields"): ((401, 403, 403, 412, 409), {"form": {"version": "99"}}),
    ("POST", "/reports/{report_id}/delete"): ((401, 403, 403, 422, 422), {"form": {"version": "99"}}),
    ("POST", "/reports/{report_id}/claim"): ((401, 403, 403, 303, 409), {"form": {}}),
    ("POST", "/reports/{report_id}/release"): ((401, 403, 403, 303, 303), {"form": {}}),
    ("POST", "/reports/{report_id}/duplicates/{other_id}"): (
        (401, 403, 403, 303, 303),
        {"path": "/reports/own/duplicates/theirs", "form": {"duplicate": "no"}},
    ),
    ("GET", "/submit"): ((303, 200, 403, 200, 200), {}),
    ("POST", "/submit"): ((401, 200, 403, 200, 200), {"form": {**TEXT, "action": "try"}}),
    ("POST", "/submit/files"): ((401, 422, 403, 422, 422), {"form": {}}),
    ("GET", "/users"): ((303, 403, 403, 403, 200), {}),
    ("POST", "/users"): ((401, 403, 403, 403, 422), {"form": {"login": " "}}),
    ("POST", "/users/{login}"): ((401, 403, 403, 403, 303), {"path": "/users/reviewer", "form": {"name": "بازبین"}}),
    ("GET", "/audit"): ((303, 403, 403, 403, 200), {}),
    ("GET", "/livez"): ((200,) * 5, {}),
    ("GET", "/readyz"): ((200,) * 5, {}),
    ("GET", "/metrics"): ((401, 403, 403, 403, 200), {}),
    ("GET", "/openapi.json"): (EVERYBODY, {}),
    ("GET", "/docs"): (EVERYBODY, {}),
    ("GET", "/docs/oauth2-redirect"): (EVERYBODY, {}),
    ("GET", "/redoc"): (EVERYBODY, {}),
    ("POST", "/v1/session"): ((422,) * 5, {"json": {}}),
    ("GET", "/v1/session"): (EVERYBODY, {}),
    ("DELETE", "/v1/session"): ((401, 204, 204, 204, 204), {}),
    ("GET", "/v1/users"): ((401, 403, 403, 403, 200), {}),
    ("POST", "/v1/users"): ((401, 403, 403, 403, 422), {"json": {"login": " ", "role": "admin", "password": PASSWORD}}),
    ("PATCH", "/v1/users/{login}"): ((401, 403, 403, 403, 200), {"path": "/v1/users/reviewer", "json": {"name": "بازبین"}}),
    ("GET", "/v1/keys"): ((401, 403, 403, 403, 200), {}),
    ("POST", "/v1/keys"): ((401, 403, 403, 403, 422), {"json": {"name": "", "scopes": ["read"]}}),
    ("DELETE", "/v1/keys/{key_id}"): ((401, 403, 403, 403, 404), {"path": "/v1/keys/none"}),
    ("GET", "/keys"): ((303, 403, 403, 403, 200), {}),
    ("POST", "/keys"): ((401, 403, 403, 403, 422), {"form": {"name": ""}}),
    ("POST", "/keys/{key_id}/revoke"): ((401, 403, 403, 403, 404), {"path": "/keys/none/revoke", "form": {}}),
    ("GET", "/v1/audit"): ((401, 403, 403, 403, 200), {}),
    ("POST", "/v1/analyze"): (EVERYBODY, {"json": TEXT}),
    ("POST", "/v1/classify"): (EVERYBODY, {"json": TEXT}),
    ("POST", "/v1/summarize"): (EVERYBODY, {"json": TEXT}),
    ("POST", "/v1/embed"): (EVERYBODY, {"json": TEXT}),
    ("GET", "/v1/reports"): (EVERYBODY, {}),
    ("POST", "/v1/reports"): ((401, 201, 403, 201, 201), {"json": TEXT}),
    ("GET", "/v1/reports/{report_id}"): ((401, 404, 200, 200, 200), {}),
    ("PATCH", "/v1/reports/{report_id}"): ((401, 403, 403, 412, 412), {"json": {"city": "قم"}, "headers": NOT_ONE_OF_THESE}),
    ("DELETE", "/v1/reports/{report_id}"): ((401, 403, 403, 412, 412), {"headers": NOT_ONE_OF_THESE}),
    ("GET", "/v1/reports/{report_id}/similar"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/reports/{report_id}/duplicates"): ((401, 404, 200, 200, 200), {}),
    ("POST", "/v1/reports/{report_id}/duplicates/{other_id}"): (
        (401, 403, 403, 200, 200),
        {"path": "/v1/reports/own/duplicates/theirs", "json": {"duplicate": False}},
    ),
    ("POST", "/v1/reports/{report_id}/reviews"): (
        (401, 403, 403, 412, 412),
        {"json": {"decision": "accept"}, "headers": NOT_ONE_OF_THESE},
    ),
    ("GET", "/v1/reports/{report_id}/reviews"): ((401, 403, 403, 200, 200), {}),
    ("GET", "/v1/reports/{report_id}/history"): ((401, 403, 403, 200, 200), {}),
    ("GET", "/v1/queue"): ((401, 403, 403, 200, 200), {}),
    ("GET", "/v1/queue/counts"): ((401, 403, 403, 200, 200), {}),
    ("GET", "/v1/queue/next"): ((401, 403, 403, 200, 200), {}),
    ("POST", "/v1/queue/{report_id}/claim"): ((401, 403, 403, 200, 409), {}),
    ("DELETE", "/v1/queue/{report_id}/claim"): ((401, 403, 403, 204, 204), {}),
    ("GET", "/v1/search"): (EVERYBODY, {"params": {"q": "زندانیان"}}),
    ("POST", "/v1/search"): (EVERYBODY, {"json": TEXT}),
    ("GET", "/v1/search/summary"): (EVERYBODY, {"params": {"q": "زندانیان"}}),
    ("GET", "/v1/ngos"): (EVERYBODY, {}),
    ("GET", "/v1/ngos/compare"): ((401, 403, 200, 200, 200), {"params": {"id": ["{ngo}", "{other}"]}}),
    ("GET", "/v1/ngos/{ngo_id}"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/ngos/{ngo_id}/ledger"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/ngos/{ngo_id}/summary"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/ngos/{ngo_id}/similar"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/ngos/{ngo_id}/dossier"): ((401, 404, 200, 200, 200), {}),
    ("GET", "/v1/export"): ((401, 403, 200, 403, 200), {"params": {"format": "csv"}}),
    ("GET", "/v1/quality"): ((401, 403, 200, 200, 200), {}),
    ("GET", "/v1/coverage"): (EVERYBODY, {}),
    ("GET", "/v1/domains"): (EVERYBODY, {}),
    ("GET", "/v1/models"): (EVERYBODY, {}),
    ("POST", "/v1/models/{name}/preview"): ((401, 403, 403, 403, 404), {"path": "/v1/models/none/preview"}),
    ("GET", "/v1/jobs/{job_id}"): ((401, 404, 404, 404, 200), {}),
    ("DELETE", "/v1/jobs/{job_id}"): ((401, 404, 404, 404, 200), {}),
    ("GET", "/v1/jobs/{job_id}/result"): ((401, 403, 404, 403, 404), {}),
    ("GET", "/search"): ((303, 200, 200, 200, 200), {"params": {"q": "زندانیان"}}),
    ("GET", "/ngos"): ((303, 200, 200, 200, 200), {}),
    ("GET", "/ngos/{ngo_id}"): ((303, 404, 200, 200, 200), {}),
    ("GET", "/ngos/{ngo_id}/similar"): ((303, 404, 200, 200, 200), {}),
    ("GET", "/compare"): ((303, 403, 200, 200, 200), {"params": {"id": ["{ngo}", "{other}"]}}),
    ("GET", "/export"): ((303, 403, 200, 403, 200), {}),
    ("POST", "/export"): ((401, 403, 200, 403, 200), {"form": {"format": "csv"}}),
    ("GET", "/jobs/{job_id}"): ((303, 404, 404, 404, 200), {}),
    ("POST", "/jobs/{job_id}/cancel"): ((401, 404, 404, 404, 303), {"form": {}}),
    ("GET", "/coverage"): ((303, 200, 200, 200, 200), {}),
    ("GET", "/quality"): ((303, 403, 200, 200, 200), {}),
    ("GET", "/learning"): ((303, 403, 200, 200, 200), {}),
    ("POST", "/learning/preview"): ((401, 403, 403, 403, 404), {"form": {"model": "none"}}),
    ("POST", "/learning/cancel"): ((401, 403, 403, 403, 404), {"form": {"job": "none"}}),
}
OWN = ("GET /v1/reports/own", "GET /v1/reports/own/similar", "GET /v1/reports/own/duplicates", "GET /v1/ngos/{ngo}",
       "GET /v1/ngos/{ngo}/ledger", "GET /v1/ngos/{ngo}/summary", "GET /v1/ngos/{ngo}/similar",
       "GET /v1/ngos/{ngo}/dossier", "GET /ngos/{ngo}", "GET /ngos/{ngo}/similar")  # fmt: skip


class Served:
    """A client for each role, logged in, and the ids that stand in the paths."""

    def __init__(self, app: Any, ids: dict[str, str], login: Callable[[str], tuple[TestClient, dict[str, str]]]) -> None:
        self.app, self.ids, self._login = app, ids, login

    def ask(self, role: str, method: str, path: str, sent: dict[str, Any]) -> int:
        client, headers = self._login(role)
        filled = sent.get("path", path).format(login="reviewer", other_id="theirs", **self.ids)
        params = {name: self._filled(value) for name, value in sent.get("params", {}).items()}
        body = {"json": sent["json"]} if "json" in sent else {}
        if "form" in sent:
            body = {"data": {"csrf": headers.get("X-CSRF-Token", ""), **sent["form"]}}
        response = client.request(method, filled, params=params, headers=headers | sent.get("headers", {}), **body)
        return response.status_code

    def _filled(self, value: Any) -> Any:
        return [each.format(**self.ids) for each in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[Served]:
    home: Path = tmp_path_factory.mktemp("matrix")
    application = open_app(load_settings(home=home, auth=True, limits=Limits(requests_per_minute=10_000)))
    vars(application)["analyzer"] = analyzer
    ngos = []
    for name in ("own", "theirs"):
        put = application.ingest.submit(application.ingest.parse({**TEXT, "id": name, "ngo": f"انجمن {name}"}))
        assert put.report.ngo
        ngos.append(put.report.ngo.id)
    for role in ROLES[1:]:
        application.stores.people.add(role, role, PASSWORD, ngo=ngos[0] if role == "submitter" else None)  # type: ignore[arg-type]
    job = application.stores.jobs.create("import", {}, "user:somebody-else")
    ids = {"report_id": "theirs", "ngo_id": ngos[1], "job_id": job.id, "ngo": ngos[0], "other": ngos[1]}
    app = create_app(application, run_jobs=False)
    clients: dict[str, tuple[TestClient, dict[str, str]]] = {}

    def login(role: str) -> tuple[TestClient, dict[str, str]]:
        client, headers = clients.get(role) or (
            TestClient(app, base_url=HOST, raise_server_exceptions=False, follow_redirects=False),
            {},
        )
        if role != "nobody" and client.get("/v1/session").status_code == 401:
            answer = client.post("/v1/session", json={"login": role, "password": PASSWORD})
            headers = {"X-CSRF-Token": answer.json()["csrf"]}
        clients[role] = client, headers
        return clients[role]

    with TestClient(app, base_url=HOST):
        yield Served(app, ids, login)


def routes_of(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included.routes)
        elif not isinstance(route, Mount):
            yield from ((method, route.path) for method in route.methods - {"HEAD"})


def test_the_table_holds_every_route_and_no_other(served: Served) -> None:
    assert set(routes_of(served.app.routes)) == set(MATRIX)


@pytest.mark.parametrize(("method", "path"), MATRIX, ids=lambda each: each)
def test_a_route_lets_in_whom_it_should(served: Served, method: str, path: str) -> None:
    expected, sent = MATRIX[method, path]
    assert tuple(served.ask(role, method, path, sent) for role in ROLES) == expected


@pytest.mark.parametrize("route", OWN)
def test_a_submitter_is_let_into_what_is_its_own(served: Served, route: str) -> None:
    method, path = route.split()
    assert served.ask("submitter", method, path, {}) == 200


def test_files_that_hold_no_data_are_for_everybody_and_the_documentation_is_not(served: Served) -> None:
    assert served.ask("nobody", "GET", "/static/base.css", {}) == 200
    assert served.ask("nobody", "GET", "/static-offline-docs/swagger-ui.css", {}) == 401
    assert {route.path for route in served.app.routes if isinstance(route, Mount)} == {"/static", "/static-offline-docs"}


def test_a_change_by_cookie_needs_its_token_on_every_route(served: Served) -> None:
    for (method, path), (_, sent) in MATRIX.items():
        if method != "GET" and path not in {"/v1/session", "/login"}:
            wrong = {"headers": sent.get("headers", {}) | {"X-CSRF-Token": "wrong"}}
            if "form" in sent:
                wrong["form"] = sent["form"] | {"csrf": "wrong"}
            assert served.ask("admin", method, path, {**sent, **wrong}) == 403, (method, path)
