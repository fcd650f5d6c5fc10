"""Pages for administrators: who there is, and who did what."""

from __future__ import annotations

from collections.abc import Callable

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
