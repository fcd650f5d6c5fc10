"""What may not come in stays out, and every refusal has the one shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from nlp.errors import ConfigurationError
from nlp.settings import load_settings
from nlp.types import Limits
from service.api.limits import RateLimit
from service.cli.serve import check_host

TEXT = "گزارش محرمانه: انجمن ما برای زندانیان شهر قم کارگاه حرفه‌آموزی برگزار کرد."
PROBLEM_KEYS = {"type", "title", "status", "detail", "instance"}


def assert_problem(response: object, status: int, code: str) -> None:
    body = response.json()  # type: ignore[attr-defined]  # an httpx response
    assert response.status_code == status, body  # type: ignore[attr-defined]
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert set(body) - {"errors"} == PROBLEM_KEYS
    assert (body["status"], body["type"]) == (status, f"urn:samanyar:problem:{code}")


def test_every_refusal_has_one_shape(client: TestClient) -> None:
    assert_problem(client.get("/v1/none"), 404, "not_found")
    assert_problem(client.put("/v1/reports"), 405, "method_not_allowed")
    assert_problem(client.get("/v1/reports/none"), 404, "not_found")
    assert_problem(client.post("/v1/analyze", content=b"{"), 422, "invalid_input")
    assert_problem(client.post("/v1/reports", content=b"{", headers={"Content-Type": "application/json"}), 400, "bad_request")
    assert_problem(
        client.post("/v1/reports", content=b"x", headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type"
    )
    assert_problem(client.post("/v1/reports", json={"text": TEXT, "wrong": 1}), 422, "invalid_input")
    assert_problem(client.patch("/v1/reports/x", json={"wrong": 1}, headers={"If-Match": '"1"'}), 422, "invalid_input")


def test_titles_are_persian_for_who_reads_persian(client: TestClient) -> None:
    assert client.get("/v1/none", headers={"Accept-Language": "fa-IR,fa;q=0.9"}).json()["title"] == "پیدا نشد"
    assert client.get("/v1/none").json()["title"] == "Not found"


def test_a_deeply_nested_body_is_refused_not_fatal(client: TestClient) -> None:
    for path in ("/v1/analyze", "/v1/reports"):
        response = client.post(path, content=b'{"a":' * 60_000, headers={"Content-Type": "application/json"})
        assert response.status_code in (400, 422)
    nested: object = 1
    for _ in range(40):
        nested = [nested]
    assert client.post("/v1/reports", json={"text": TEXT, "extra": {"x": nested}}).status_code == 422


def test_a_foreign_host_or_origin_is_refused_on_a_loopback(client: TestClient) -> None:
    assert_problem(client.get("/v1/reports", headers={"Host": "evil.example"}), 400, "host_refused")
    assert_problem(client.get("/v1/reports", headers={"Origin": "http://evil.example"}), 403, "origin_refused")
    assert_problem(client.post("/v1/analyze", json={"text": TEXT}, headers={"Origin": "null"}), 403, "origin_refused")
    assert client.get("/v1/reports", headers={"Origin": "http://127.0.0.1:8000"}).status_code == 200
    assert client.get("/v1/reports", headers={"Host": "localhost:8000"}).status_code == 200


def test_a_body_over_the_limit_is_refused_with_and_without_its_length(make_client: Callable[..., TestClient]) -> None:
    client = make_client(limits=Limits(request_bytes=2000))
    assert_problem(client.post("/v1/analyze", json={"text": "ا" * 3000}), 413, "request_too_large")

    def chunks() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * 500

    assert_problem(client.post("/v1/analyze", content=chunks()), 413, "request_too_large")


def test_too_many_requests_must_wait(make_client: Callable[..., TestClient]) -> None:
    client = make_client(limits=Limits(requests_per_minute=3))
    codes = [client.get("/v1/domains").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    response = client.get("/v1/domains")
    assert_problem(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert client.get("/livez").status_code == 200


def test_the_rate_limit_forgets_after_a_minute() -> None:
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    assert [limit.wait("a"), limit.wait("a"), limit.wait("a"), limit.wait("b")] == [0, 0, 61, 0]
    now[0] = 60.0
    assert limit.wait("a") == 0


def test_with_auth_everything_but_health_and_the_page_needs_a_key(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    paths = list(client.get("/openapi.json", headers={"Authorization": "Bearer no"}).json().get("paths", {}))
    assert paths == []
    for path in ("/v1/reports", "/v1/domains", "/metrics", "/openapi.json", "/docs", "/v1/jobs/x"):
        response = client.get(path)
        assert_problem(response, 401, "unauthorized")
        assert response.headers["WWW-Authenticate"] == "Bearer"
    for path in ("/livez", "/readyz", "/login"):
        assert client.get(path).status_code == 200
    asked = client.get("/reports?status=pending", follow_redirects=False)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=%2Freports%3Fstatus%3Dpending")


def test_scopes_decide_what_a_key_may_do(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    keys = client.app.state.application.stores.keys  # type: ignore[attr-defined]  # a Starlette application

    def bearer(*scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.create('test', frozenset(scopes))[1]}"}

    reader, submitter, reviewer, admin = bearer("read"), bearer("submit"), bearer("review", "read"), bearer("admin")
    assert client.get("/v1/reports", headers=reader).status_code == 200
    assert_problem(client.post("/v1/reports", json={"text": TEXT}, headers=reader), 403, "forbidden")
    assert_problem(client.get("/v1/reports", headers=submitter), 403, "forbidden")
    assert client.post("/v1/reports", json={"id": "a", "text": TEXT}, headers=submitter).status_code == 201
    assert_problem(client.delete("/v1/reports/a", headers={**submitter, "If-Match": '"1"'}), 403, "forbidden")
    assert_problem(client.get("/metrics", headers=reader), 403, "forbidden")
    assert client.get("/metrics", headers=admin).status_code == 200
    assert client.delete("/v1/reports/a", headers={**reviewer, "If-Match": '"1"'}).status_code == 204


def test_a_key_of_one_ngo_sees_and_makes_only_that_ngos_reports(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    stores = client.app.state.application.stores  # type: ignore[attr-defined]  # a Starlette application
    admin = {"Authorization": f"Bearer {stores.keys.create('root', frozenset({'admin'}))[1]}"}
    theirs = client.post("/v1/reports", json={"id": "theirs", "text": TEXT, "ngo": "انجمن دیگر"}, headers=admin).json()
    own = client.post("/v1/reports", json={"id": "own", "text": TEXT + " پایان.", "ngo": "انجمن خودی"}, headers=admin).json()
    secret = stores.keys.create("submitter", frozenset({"read", "submit", "review"}), own["ngo"]["id"])[1]
    bound = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/v1/reports", params={"ngo": theirs["ngo"]["id"]}, headers=bound).json()["items"]
    assert [report["id"] for report in listed] == ["own"]
    hits = client.get("/v1/search", params={"q": "زندانیان"}, headers=bound).json()["items"]
    assert [hit["report"]["id"] for hit in hits] == ["own"]
    for path in ("/v1/reports/theirs", "/v1/reports/theirs/similar", f"/v1/ngos/{theirs['ngo']['id']}/similar"):
        assert_problem(client.get(path, headers=bound), 404, "not_found")
    assert_problem(client.delete("/v1/reports/theirs", headers={**bound, "If-Match": '"1"'}), 404, "not_found")
    made = client.post("/v1/reports", json={"id": "new", "text": TEXT + " نو.", "ngo": "انجمن دیگر"}, headers=bound).json()
    assert made["ngo"]["id"] == own["ngo"]["id"]
    assert_problem(
        client.post("/v1/reports", json={"id": "theirs", "text": "متن دیگری دربارهٔ شهر"}, headers=bound), 404, "not_found"
    )


def test_careful_headers_are_on_every_answer_and_docs_need_no_internet(client: TestClient) -> None:
    for path in ("/", "/v1/domains", "/v1/none"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    docs = client.get("/docs").text
    assert "http://" not in docs.replace("http://127.0.0.1:8000", "")
    assert "https://" not in docs
    assert client.get("/static-offline-docs/swagger-ui-bundle.js").status_code == 200


def test_logs_hold_no_text(client: TestClient, capfd: pytest.CaptureFixture[str]) -> None:
    client.post("/v1/analyze", json={"text": TEXT})
    client.get("/v1/search", params={"q": "محرمانه"})
    client.post("/v1/reports", json={"text": TEXT, "wrong": "محرمانه"})
    written = "".join(capfd.readouterr())
    assert "/v1/analyze" in written
    assert "محرمانه" not in written
    assert "%D9%85%D8%AD" not in written


def test_metrics_count_by_route_template(client: TestClient) -> None:
    client.get("/v1/reports/none")
    metrics = client.get("/metrics").text
    assert 'samanyar_requests_total{method="GET",route="/v1/reports/{report_id}",status="404"} 1.0' in metrics


def test_every_documented_route_answers_a_problem_to_nonsense(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/v1/analyze", "/v1/reports", "/v1/search", "/v1/jobs/{job_id}", "/livez"} <= set(document["paths"])
    for path, methods in document["paths"].items():
        for method in methods:
            url = path.replace("{report_id}", "none").replace("{job_id}", "none").replace("{ngo_id}", "none")
            response = client.request(method, url, content=b"[1", headers={"Content-Type": "application/json"})
            assert response.status_code < 500, (method, path)
            if response.status_code >= 400:
                assert set(response.json()) - {"errors"} == PROBLEM_KEYS, (method, path)
    assert json.dumps(document)


def test_another_host_than_the_loopback_needs_authentication() -> None:
    check_host(load_settings(), "127.0.0.1")
    check_host(load_settings(auth=True), "0.0.0.0")  # noqa: S104 - what the rule is about
    for host in ("0.0.0.0", "192.168.1.5", "samanyar.example"):  # noqa: S104 - the same
        with pytest.raises(ConfigurationError):
            check_host(load_settings(), host)


@pytest.mark.parametrize("depth", [100, 300, 900])
def test_nesting_that_no_report_needs_is_refused_with_every_header(client: TestClient, depth: int) -> None:
    body = b'{"text": "x", "extra": {"x": ' + b"[" * depth + b"]" * depth + b"}}"
    for headers in ({"Content-Type": "application/json"}, {}):
        response = client.post("/v1/reports", content=body, headers=headers)
        assert_problem(response, 400, "bad_request")
        assert response.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/v1/analyze", "/v1/reports", "/v1/search"])
def test_half_a_character_is_refused(client: TestClient, path: str) -> None:
    body = b'{"text": "\\ud800 \\u0633\\u0644\\u0627\\u0645"}'
    assert_problem(client.post(path, content=body, headers={"Content-Type": "application/json"}), 400, "bad_request")
    whole = b'{"text": "\\ud83d\\ude0a \\u0633\\u0644\\u0627\\u0645"}'
    assert client.post(path, content=whole, headers={"Content-Type": "application/json"}).status_code < 300


def test_malformed_headers_are_refused(client: TestClient) -> None:
    assert_problem(client.get("/v1/domains", headers={"Origin": "http://[bad"}), 403, "origin_refused")
    client.post("/v1/reports", json={"id": "a", "text": TEXT})
    assert_problem(client.delete("/v1/reports/a", headers={"If-Match": "9" * 5000}), 422, "invalid_input")


def test_a_mistyped_filter_is_refused_not_ignored(client: TestClient) -> None:
    response = client.get("/v1/reports", params={"provnce": "قم"})
    assert_problem(response, 422, "invalid_input")
    assert response.json()["errors"][0]["pointer"] == "/provnce"


def test_an_unexpected_error_keeps_headers_and_tells_nothing(client: TestClient) -> None:
    client.app.state.application.stores.close()  # type: ignore[attr-defined]  # a Starlette application
    vars(client.app.state.application)["stores"] = None  # type: ignore[attr-defined]  # the same
    response = client.get("/v1/reports")
    assert_problem(response, 500, "internal")
    assert response.json()["detail"] is None
    assert "default-src" in response.headers["Content-Security-Policy"]
    vars(client.app.state.application).pop("stores")  # type: ignore[attr-defined]  # the same


def test_unknown_methods_share_one_metric(client: TestClient) -> None:
    client.request("FOOBAR", "/v1/reports")
    metrics = client.get("/metrics").text
    assert "FOOBAR" not in metrics
    assert 'method="other"' in metrics
