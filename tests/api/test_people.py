"""Logging in over HTTP: the cookie, the CSRF token, roles, and who may let whom in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.api.test_security import assert_problem

PASSWORD = "گذرواژه‌ای دراز ۱۲"
TEXT = "انجمن ما برای زندانیان شهر قم کارگاه حرفه‌آموزی برگزار کرد."


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    """With authentication, and a person of each role but the submitter."""
    client = make_client(auth=True)
    people = client.app.state.application.stores.people  # type: ignore[attr-defined]  # a Starlette application
    for role in ("reviewer", "analyst", "admin"):
        people.add(role, role, PASSWORD)
    return client


def login(client: TestClient, name: str) -> dict[str, str]:
    """Logs in; the header for changes."""
    answer = client.post("/v1/session", json={"login": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}


def test_a_person_logs_in_works_and_logs_out(client: TestClient) -> None:
    assert_problem(client.get("/v1/session"), 401, "unauthorized")
    answer = client.post("/v1/session", json={"login": "Reviewer", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert (answer.json()["user"]["login"], answer.json()["scopes"]) == ("reviewer", ["read", "review", "submit"])
    assert "secret" not in answer.text
    assert client.get("/v1/session").json() == answer.json()
    csrf = {"X-CSRF-Token": answer.json()["csrf"]}
    assert_problem(client.post("/v1/reports", json={"id": "a", "text": TEXT}), 403, "csrf_refused")
    wrong = {"X-CSRF-Token": "x" * 43}
    assert_problem(client.post("/v1/reports", json={"id": "a", "text": TEXT}, headers=wrong), 403, "csrf_refused")
    assert client.post("/v1/reports", json={"id": "a", "text": TEXT}, headers=csrf).status_code == 201
    decided = client.post("/v1/reports/a/reviews", json={"decision": "accept"}, headers=csrf | {"If-Match": '"1"'})
    assert decided.json()["review"]["by"] == "user:reviewer"
    assert_problem(client.get("/metrics"), 403, "forbidden")
    assert_problem(client.delete("/v1/session"), 403, "csrf_refused")
    kept = client.cookies["samanyar_session"]
    assert client.delete("/v1/session", headers=csrf).status_code == 204
    assert_problem(client.get("/v1/session", headers={"Cookie": f"samanyar_session={kept}"}), 401, "unauthorized")


def test_the_cookie_is_secure_where_others_could_listen(client: TestClient) -> None:
    headers = {"Host": "samanyar.example"}
    answer = client.post("/v1/session", json={"login": "reviewer", "password": PASSWORD}, headers=headers)
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(client: TestClient) -> None:
    answers = [
        client.post("/v1/session", json={"login": name, "password": "گذرواژهٔ نادرست"}) for name in ("reviewer", "nobody")
    ]
    for answer in answers:
        assert_problem(answer, 401, "login_failed")
        assert "set-cookie" not in answer.headers
    assert answers[0].json() == answers[1].json()
    for _ in range(3):
        client.post("/v1/session", json={"login": "x", "password": "گذرواژهٔ نادرست"})
    answer = client.post("/v1/session", json={"login": "reviewer", "password": PASSWORD})
    assert_problem(answer, 429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 901


def test_administrators_let_people_in_and_shut_them_out(client: TestClient) -> None:
    csrf = login(client, "admin")
    new = {"login": "sara", "role": "reviewer", "password": PASSWORD, "name": "سارا"}
    made = client.post("/v1/users", json=new, headers=csrf)
    assert (made.status_code, made.json()["name"], "password" in made.text) == (201, "سارا", False)
    assert_problem(client.post("/v1/users", json=new, headers=csrf), 409, "duplicate")
    assert_problem(client.post("/v1/users", json=new | {"login": "b", "role": "boss"}, headers=csrf), 422, "invalid_input")
    assert [each["login"] for each in client.get("/v1/users").json()["items"]] == ["admin", "analyst", "reviewer", "sara"]
    other = TestClient(client.app, base_url="http://127.0.0.1:8000")
    login(other, "sara")
    assert other.get("/v1/reports").status_code == 200
    assert client.patch("/v1/users/sara", json={"active": False}, headers=csrf).json()["active"] is False
    assert_problem(other.get("/v1/reports"), 401, "unauthorized")
    assert_problem(client.patch("/v1/users/nobody", json={"active": False}, headers=csrf), 404, "not_found")
    assert_problem(client.patch("/v1/users/admin", json={"active": False}, headers=csrf), 422, "invalid_input")


def test_somebody_without_a_password_is_made_on_purpose_and_has_none(client: TestClient) -> None:
    csrf = login(client, "admin")
    new = {"login": "sara", "role": "reviewer"}
    assert_problem(client.post("/v1/users", json=new, headers=csrf), 422, "invalid_input")
    assert client.post("/v1/users", json=new | {"password": None}, headers=csrf).status_code == 201
    for password in ("", "!"):
        assert_problem(client.post("/v1/session", json={"login": "sara", "password": password}), 401, "login_failed")


def test_a_submitter_sees_only_its_own(client: TestClient) -> None:
    csrf = login(client, "admin")
    ngos = [
        client.post("/v1/reports", json={"id": name, "text": f"{TEXT} {name}", "ngo": f"انجمن {name}"}, headers=csrf).json()
        for name in ("own", "theirs")
    ]
    user = {"login": "ngo", "role": "submitter", "password": PASSWORD, "ngo": ngos[0]["ngo"]["id"]}
    assert client.post("/v1/users", json=user, headers=csrf).status_code == 201
    login(client, "ngo")
    assert [each["id"] for each in client.get("/v1/reports").json()["items"]] == ["own"]
    assert_problem(client.get("/v1/reports/theirs"), 404, "not_found")
    assert_problem(client.get("/v1/users"), 403, "forbidden")


def test_without_authentication_nobody_logs_in(make_client: Callable[..., TestClient]) -> None:
    client = make_client()
    assert client.get("/v1/session").json() == {"user": None, "csrf": None, "scopes": ["admin"]}
    assert client.get("/v1/users").json() == {"items": [], "next": None}


def test_secrets_are_never_logged(client: TestClient, capfd: pytest.CaptureFixture[str]) -> None:
    csrf = login(client, "admin")
    client.post("/v1/session", json={"login": "admin", "password": PASSWORD + "x"})
    client.post("/v1/users", json={"login": "b", "role": "admin", "password": PASSWORD}, headers=csrf)
    written = "".join(capfd.readouterr())
    assert "/v1/session" in written
    for secret in (PASSWORD, csrf["X-CSRF-Token"], client.cookies["samanyar_session"]):
        assert secret not in written
