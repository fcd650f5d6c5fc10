"""Pages for administrators: who there is, and who did what."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, Visitor


def test_somebody_is_added_shut_out_and_let_in_again(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    admin.open("/users")
    admin.send("form[action='/users']", login="sara", name="سارا", password="کوتاه", role="reviewer")
    assert (admin.status, admin.page.css_first("#login").attributes["value"]) == (422, "sara")
    admin.send("form[action='/users']", password=PASSWORD)
    assert "تغییر sara ثبت شد." in admin.text("[role=status]")
    admin.send("form[action='/users']", login="Sara", password=PASSWORD)
    assert admin.status == 409
    sara = Visitor(type(admin.http)(admin.http.app, base_url=str(admin.http.base_url)))
    sara.open("/login")
    sara.send("form.card", login="sara", password=PASSWORD)
    assert sara.path == "/queue"
    admin.send("form[action='/users/sara']", "active=no")
    assert sara.open("/queue")
    assert sara.path.startswith("/login")
    admin.send("form[action='/users/sara']", "active=yes", role="analyst")
    assert [(each.login, each.role, each.active) for each in admin.application.stores.people.all()] == [
        ("root", "admin", True),
        ("sara", "analyst", True),
    ]
    admin.send("form[action='/users/root']", role="reviewer")
    assert admin.status == 422
    assert "root" in admin.text("[role=alert]")


def test_the_audit_log_is_read_and_filtered(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    admin.store("one")
    admin.open("/reports/one")
    admin.open("/audit?actor=user:root")
    rows = [" ".join(node.text().split()) for node in admin.page.css("tbody tr")]
    assert "دیدن گزارش one" in rows[0]
    assert len(rows) == 2
    admin.open("/audit?since=1500/01/01")
    assert "چنین رویدادی نیست" in admin.text(".empty-state")
    admin.open("/audit?since=پریروز")
    assert admin.status == 422
    assert "پریروز" in admin.text("[role=alert]")


def test_a_key_is_made_shown_once_and_revoked(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    admin.open("/keys")
    admin.send("form[action='/keys']", name="", scopes=["read"])
    assert admin.status == 422
    assert "نام" in admin.text("[role=alert]")
    admin.send("form[action='/keys']", name="سامانهٔ آمار", scopes=["read", "export"])
    secret = admin.text("#secret")
    key = admin.application.stores.keys.authenticate(secret)
    assert key
    assert (key.name, key.scopes, key.ngo) == ("سامانهٔ آمار", frozenset({"read", "export"}), None)
    assert secret not in admin.open("/keys").html  # type: ignore[operator]  # a page that was read has text
    assert "گرفتن خروجی" in admin.text(".rows")
    admin.send(f"form[action='/keys/{key.id}/revoke']")
    assert admin.application.stores.keys.authenticate(secret) is None
    assert "باطل" in admin.text(".rows")


def test_keys_are_made_over_http_too(client: TestClient) -> None:
    made = client.post("/v1/keys", json={"name": "آمار", "scopes": ["read"]})
    assert made.status_code == 201
    key = made.json()["key"]
    assert client.get("/v1/keys").json() == {"items": [key], "next": None}
    assert made.json()["secret"].startswith("sy_")
    assert client.delete(f"/v1/keys/{key['id']}").status_code == 204
    assert client.get("/v1/keys").json()["items"][0]["revoked_at"]
    assert client.post("/v1/keys", json={"name": "آمار", "scopes": ["root"]}).status_code == 422
    assert client.post("/v1/keys", json={"name": "آمار", "scopes": ["read"], "ngo": "none"}).status_code == 404
