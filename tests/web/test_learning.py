"""The page of learning: what waits, which model answers, and what another one would change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from nlp.settings import SHIPPED_MODEL
from service.web.learning import outlook
from tests.api.test_people import PASSWORD, login
from tests.api.test_previews import PHONE, add_model, app_of, fill, wait

TEXT = "کارگاه پیشگیری از اعتیاد و مواد مخدر برای {} دانش‌آموز برگزار شد."


def page(client: TestClient) -> LexborHTMLParser:
    answer = client.get("/learning")
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def text(html: LexborHTMLParser, where: str) -> str:
    found = html.css_first(where)
    assert found is not None
    return " ".join(found.text().split())


def test_decisions_wait_by_domain(client: TestClient) -> None:
    assert "هنوز رأیی نیست" in text(page(client), "#main")
    for number in range(2):
        version = client.post("/v1/reports", json={"id": f"r{number}", "text": TEXT.format(number + 50)}).headers["etag"]
        said = {"decision": "correct", "domains": ["livelihood", *(["addiction"] if number else [])]}
        client.post(f"/v1/reports/r{number}/reviews", json=said, headers={"If-Match": version})
    assigned = {each["code"] for each in client.get("/v1/reports/r0").json()["analysis"]["domains"] if each["assigned"]}
    assert assigned == {"addiction"}
    html = page(client)
    assert text(html, ".big") == "۲ رأی بر ۲ گزارش"
    rows = {row.css_first("th").text(): [cell.text() for cell in row.css("td.number")] for row in html.css(".lessons tbody tr")}
    assert rows["فقرزدایی، معیشت و اشتغال"] == ["۰", "۲", "۰"]
    assert rows["پیشگیری، درمان و کاهش آسیب اعتیاد"] == ["۱", "۰", "۱"]
    assert SHIPPED_MODEL in text(html, "#used-title + .big")
    assert "samanyar train --from-decisions" in text(html, ".command")


def test_an_administrator_sees_what_another_model_would_change(client: TestClient, tmp_path: Path) -> None:
    add_model(tmp_path / "home")
    fill(app_of(client))
    names = [heading.text().split()[0] for heading in page(client).css(".model h3")]
    assert names == ["plain", "samanyar-e5-small"]
    answer = client.post("/learning/preview", data={"model": "plain"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/learning#models")
    html = page(client)
    assert len(html.css("[data-busy]")) == 1
    job = html.css_first("input[name=job]").attributes["value"]
    assert job is not None
    again = client.post("/learning/preview", data={"model": "plain"})
    assert (again.status_code, "هم‌اکنون" in again.text) == (409, True)
    wait(client, job)
    found = client.get(f"/v1/jobs/{job}/result").json()
    html = page(client)
    assert len(html.css("[data-busy]")) == 0
    listed = [link.attributes["href"] for link in html.css(".changes > li > a")]
    assert listed == [f"/reports/{change['report_id']}" for change in found["changes"]]
    rows = [[cell.text() for cell in row.css("td.number")] for row in html.css(".shifts tbody tr")]
    assert len(rows) == len(found["domains"])
    chips = html.css(".changes > li")[0].css(".chip")
    first = found["changes"][0]
    assert len(chips) == len(set(first["before"]) | set(first["after"]))
    client.delete(f"/v1/reports/{first['report_id']}", headers={"If-Match": '"1"'})
    assert "نتیجهٔ پیشین دیگر نیست" in text(page(client), ".model")


def test_a_reading_can_be_stopped_and_nothing_else(client: TestClient, tmp_path: Path) -> None:
    add_model(tmp_path / "home")
    fill(app_of(client), 4)
    client.post("/learning/preview", data={"model": "plain"})
    job = page(client).css_first("input[name=job]").attributes["value"]
    assert client.post("/learning/cancel", data={"job": job}, follow_redirects=False).status_code == 303
    assert "لغو شد" in text(page(client), ".model")
    other = app_of(client).stores.jobs.create("import", {"folder": "x", "name": "x", "fields": {}}, None)
    assert client.post("/learning/cancel", data={"job": other.id}).status_code == 404
    assert client.post("/learning/preview", data={"model": "none"}).status_code == 404


def test_who_may_not_begin_sees_no_button_and_an_analyst_no_personal_data(
    make_client: Callable[..., TestClient], tmp_path: Path
) -> None:
    client = make_client(auth=True)
    add_model(tmp_path / "home")
    fill(app_of(client), 6)
    for role in ("reviewer", "analyst", "admin"):
        app_of(client).stores.people.add(role, role, PASSWORD)
    csrf = login(client, "admin")
    wait(client, client.post("/v1/models/plain/preview", headers=csrf).json()["id"])
    token = page(client).css_first("form[action='/learning/preview'] input[name=csrf]").attributes["value"]
    assert token == csrf["X-CSRF-Token"]
    login(client, "reviewer")
    html = page(client)
    assert html.css("form[action='/learning/preview']") == []
    assert PHONE in text(html, ".changes")
    login(client, "analyst")
    assert PHONE not in text(page(client), ".changes")
    sent = {"model": "plain", "csrf": login(client, "analyst")["X-CSRF-Token"]}
    assert client.post("/learning/preview", data=sent).status_code == 403


def test_a_change_keeps_gains_and_loses_domains() -> None:
    change = {"report_id": "a", "title": None, "before": ["x", "y"], "after": ["z", "x"]}
    found = outlook(
        {
            "reports": 4,
            "at": "2026-01-01T00:00:00Z",
            "changes": [change] * 60,
            "domains": [{"domain": "z", "gained": 3, "lost": 0}, {"domain": "y", "gained": 0, "lost": 5}],
        }
    )
    assert found.changes[0].domains == [("x", "kept"), ("z", "gained"), ("y", "lost")]
    assert (found.changed, len(found.changes), found.more, found.most) == (60, 50, 10, 5)
