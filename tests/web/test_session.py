"""Coming in: the form, where it leads, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, Visitor


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/reports?status=accepted", "/reports?status=accepted"),
        ("", "/queue"),
        ("https://evil.example/", "/queue"),
        ("//evil.example/", "/queue"),
        ("/\\evil.example", "/queue"),
        ("/queue\r\nSet-Cookie: a=b", "/queue"),
    ],
)
def test_the_form_leads_to_the_page_that_was_asked_for_and_to_no_other_server(
    logged_in: Callable[..., Visitor], wanted: str, reached: str
) -> None:
    visitor = logged_in("sara", "reviewer")
    visitor.open("/queue")
    visitor.send("form.who")
    assert visitor.path == "/login"
    visitor.send("form.card", login="Sara", password=PASSWORD, next=wanted)
    assert (visitor.status, visitor.path) == (200, reached)
    assert "خروج" in visitor.text("form.who")


def test_who_is_nobody_is_sent_to_the_form_and_back_to_where_they_wanted(make_client: Callable[..., TestClient]) -> None:
    visitor = Visitor(make_client(auth=True))
    visitor.application.stores.people.add("sara", "reviewer", PASSWORD)
    visitor.open("/reports?domain=addiction")
    assert visitor.path == "/login?next=%2Freports%3Fdomain%3Daddiction"
    visitor.send("form.card", login="sara", password="نادرست است")
    assert (visitor.status, visitor.text("[role=alert]")) == (401, "نام کاربری یا گذرواژه درست نیست.")
    visitor.send("form.card", password=PASSWORD)
    assert visitor.path == "/reports?domain=addiction"


def test_too_many_wrong_passwords_are_told_in_the_page(make_client: Callable[..., TestClient]) -> None:
    visitor = Visitor(make_client(auth=True))
    visitor.open("/login")
    for _ in range(6):
        visitor.send("form.card", login="sara", password="x")
    assert visitor.status == 429
    assert "دقیقه" in visitor.text("[role=alert]")


def test_each_role_begins_at_its_first_page(logged_in: Callable[..., Visitor]) -> None:
    assert logged_in("a", "reviewer").path == "/queue"
    assert logged_in("b", "analyst").path == "/reports"
    admin = logged_in("c", "admin")
    assert [each.attributes["href"] for each in admin.page.css("nav.rooms a")][-3:] == ["/users", "/keys", "/audit"]
    admin.store("one", ngo="انجمن یک")
    ngo = admin.application.stores.reports.get("one").ngo
    assert ngo
    submitter = logged_in("d", "submitter", ngo.id)
    assert submitter.path == "/submit"
    assert "/queue" not in [each.attributes["href"] for each in submitter.page.css("nav.rooms a")]


def test_a_form_without_its_token_is_refused_with_a_page(logged_in: Callable[..., Visitor]) -> None:
    visitor = logged_in("sara", "reviewer")
    visitor.open("/queue")
    visitor.send("form.who", csrf="wrong")
    assert (visitor.status, visitor.text("h1")) == (403, "این فرم از نشست پیشین است")
    assert visitor.open("/queue")
    assert visitor.path == "/queue"


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert client.post("/queue/next", data={}, headers=headers).status_code == 403
    assert client.post("/queue/next", data={"after": ""}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_errors_of_pages_are_pages_and_those_of_the_api_are_not(visitor: Visitor) -> None:
    visitor.open("/reports/none")
    assert (visitor.status, visitor.text("h1"), visitor.text("code")) == (404, "پیدا نشد", "not_found")
    visitor.open("/nowhere")
    assert (visitor.status, visitor.text("code")) == (404, "not_found")
    visitor.open("/reports?status=odd")
    assert visitor.status == 422
    assert visitor.http.get("/v1/reports/none").headers["content-type"] == "application/problem+json"


def test_what_was_typed_outlives_the_session(logged_in: Callable[..., Visitor]) -> None:
    visitor = logged_in("sara", "reviewer")
    visitor.open("/submit")
    old = visitor.page
    visitor.http.cookies.clear()
    visitor.send("#text-form", "action=store", text="متنی بلند\nدر دو سطر که نباید گم شود")
    assert (visitor.status, visitor.text("h1")) == (401, "دوباره وارد شوید")
    visitor.open("/login")
    visitor.send("form.card", login="sara", password=PASSWORD)
    visitor.page = old
    visitor.send("#text-form", "action=store", text="متنی بلند\nدر دو سطر که نباید گم شود")
    assert visitor.status == 403
    assert visitor.application.stores.reports.stats().reports == 0
    visitor.send("form.card")
    assert visitor.path.endswith("?stored=yes")
    assert visitor.page.css_first(".reader-text").text() == "متنی بلند\nدر دو سطر که نباید گم شود"


def test_a_key_of_one_ngo_administers_nothing(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    application = client.app.state.application  # type: ignore[attr-defined]  # a Starlette application
    application.ingest.submit(application.ingest.parse({"id": "own", "text": "کارگاه ما برگزار شد.", "ngo": "انجمن یک"}))
    ngo = application.stores.reports.get("own").ngo
    secret = application.stores.keys.create("bound", frozenset({"admin"}), ngo.id)[1]
    for path in ("/users", "/audit", "/v1/users", "/v1/audit"):
        assert client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    only = application.stores.keys.create("export", frozenset({"export"}))[1]
    assert client.get("/", headers={"Authorization": f"Bearer {only}"}, follow_redirects=False).status_code == 403


def test_an_older_browser_is_judged_by_its_origin(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    client.app.state.application.stores.people.add("sara", "reviewer", PASSWORD)  # type: ignore[attr-defined]  # the same
    form = {"login": "sara", "password": PASSWORD}
    for origin in ("http://evil.example", "null"):
        answer = client.post("/login", data=form, headers={"Origin": origin}, follow_redirects=False)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    own = {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/login", data=form, headers=own, follow_redirects=False).status_code == 303
    first = client.cookies["samanyar_session"]
    client.post("/login", data=form, headers=own, follow_redirects=False)
    assert client.app.state.application.stores.sessions.find(first) is None  # type: ignore[attr-defined]  # the same


def test_addresses_that_are_none_do_no_harm(make_client: Callable[..., TestClient]) -> None:
    client = make_client()
    assert client.get("/queue/", follow_redirects=False).status_code == 404
    kind = {"Content-Type": "multipart/form-data; boundary=x; charset=utf-7"}
    body = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n+2AA-\r\n--x--\r\n'
    for path in ("/queue/next", "/login", "/submit", "/submit/files", "/v1/reports"):
        assert client.post(path, content=body, headers=kind).status_code == 415, path
