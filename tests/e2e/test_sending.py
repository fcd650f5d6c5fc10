"""Giving a report: what is checked, what is stored, how a job is watched, and what is said when something fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

pytestmark = pytest.mark.browser

TEXT = "در شش ماه گذشته با خانواده‌های زندانیان کار کردیم و در ۱۲ پرونده سازش برقرار شد. همه راضی بودند."
TABLE = """عنوان,متن
کارگاه,کارگاه دوخت زنان سرپرست خانوار با درآمد ماهانه برای چهل نفر برپا شد.
بی‌متن,
ترک,ترک اعتیاد و درمان سی نفر در مرکز سرپایی محله انجام شد.
"""


def fail(page: Page, path: str, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    def fulfil(route: Route) -> None:
        route.fulfill(status=status, json=body, headers={"Content-Type": "application/problem+json", **(headers or {})})

    page.route(path, fulfil)


def listen(page: Page, path: str) -> list[Request]:
    """Requests to `path`, as they come."""
    heard: list[Request] = []
    page.on(
        "request", lambda request: heard.append(request) if request.method == "POST" and request.url.endswith(path) else None
    )
    return heard


def choose(page: Page, name: str, content: str) -> None:
    page.goto("/")
    page.locator("input[name=mode][value=file]").check(force=True)
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content.encode()})


def test_a_double_click_stores_once(page: Page) -> None:
    heard = listen(page, "/v1/reports")
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#store").dblclick()
    expect(page.locator("#stored")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?report=.+"))
    assert len({request.headers["idempotency-key"] for request in heard}) == 1
    page.reload()
    assert page.locator(".reader-text").text_content() == TEXT
    expect(page.locator("#similar .hit, #similar .empty").first).to_be_visible()


def test_a_store_that_did_not_arrive_keeps_its_key(page: Page) -> None:
    heard = listen(page, "/v1/reports")
    page.goto("/")
    page.locator("#text").fill(TEXT + " باز هم.")
    page.route("**/v1/reports", lambda route: route.abort())
    page.locator("#store").click()
    expect(page.locator("#form-alert")).to_contain_text("به سرور سمن‌یار نرسیدیم")
    page.unroute("**/v1/reports")
    page.locator("#store").click()
    expect(page.locator("#stored")).to_be_visible()
    assert [request.headers["idempotency-key"] for request in heard] == [heard[0].headers["idempotency-key"]] * 2


def test_a_document_is_stored_and_shown(page: Page) -> None:
    choose(page, "گزارش.txt", TEXT)
    expect(page.locator("#file-name")).to_contain_text("گزارش.txt")
    page.locator("#upload").click()
    expect(page.locator(".reader-text")).to_have_text(TEXT)
    expect(page).to_have_url(re.compile(r"\?report=.+"))


def test_a_table_is_watched_until_its_reports_are_listed(page: Page) -> None:
    choose(page, "گزارش‌ها.csv", TABLE)
    page.locator("#upload").click()
    expect(page).to_have_url(re.compile(r"\?job=.+"))
    expect(page.locator(".stored .hit")).to_have_count(2, timeout=20_000)
    expect(page.locator(".rejects li")).to_contain_text("ردیف ۳")
    page.locator(".stored a").first.click()
    expect(page.locator(".reader-text")).to_be_visible()


def test_a_job_can_be_cancelled(page: Page) -> None:
    job = {"id": "j", "kind": "import", "state": "running", "done": 3, "total": 40, "errors": [], "result_url": None}

    def respond(route: Route) -> None:
        if route.request.method == "DELETE":
            job["state"] = "cancelled"
        route.fulfill(json=job)

    page.route("**/v1/jobs/j", respond)
    page.goto("/?job=j")
    expect(page.locator("#job")).to_contain_text("۳ از ۴۰")
    page.get_by_role("button", name="لغو").click()
    expect(page.locator("#job")).to_contain_text("لغو شد")


def test_a_job_waits_out_a_server_that_is_away(page: Page) -> None:
    calls = 0

    def respond(route: Route) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            route.abort()
        else:
            route.fulfill(
                json={
                    "id": "j",
                    "kind": "import",
                    "state": "failed",
                    "done": 0,
                    "total": 2,
                    "errors": [{"row": 2, "code": "encoding"}],
                    "result_url": None,
                }
            )

    page.route("**/v1/jobs/j", respond)
    page.goto("/?job=j")
    expect(page.locator("#job")).to_contain_text("دوباره می‌پرسیم")
    expect(page.locator("#job")).to_contain_text("ناتمام ماند")
    expect(page.locator(".rejects")).to_contain_text("کدگذاری متن شناخته نشد")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    heard = listen(page, "/v1/reports")
    large = tmp_path / "بزرگ.pdf"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    page.goto("/")
    page.locator("input[name=mode][value=file]").check(force=True)
    page.locator("#file").set_input_files(large)
    expect(page.locator("#file-error")).to_contain_text("۲۰ مگابایت")
    page.locator("#upload").click()
    assert heard == []


def test_a_text_that_is_too_long_is_not_cut_and_not_sent(page: Page) -> None:
    heard = listen(page, "/v1/analyze")
    page.goto("/")
    page.locator("#text").fill("🌱" * 100_001)
    expect(page.locator("#text-count")).to_contain_text("۱۰۰٬۰۰۱ از ۱۰۰٬۰۰۰ نویسه")
    page.locator("#analyze").click()
    expect(page.locator("#text-error")).to_contain_text("۱۰۰٬۰۰۱")
    assert heard == []


def test_what_is_missing_or_wrong_is_said_beside_its_field(page: Page) -> None:
    page.goto("/")
    page.locator("#analyze").click()
    expect(page.locator("#text-error")).to_have_text("متن گزارش خالی است.")
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").fill(TEXT)
    page.locator("#more summary").click()
    page.locator("#from").fill("۱۴۰۳/۱۵")
    page.locator("#store").click()
    expect(page.locator("#from-error")).to_contain_text("تاریخ خورشیدی")
    expect(page.locator("#from")).to_have_attribute("aria-invalid", "true")


def test_a_validation_problem_is_shown_beside_its_field(page: Page) -> None:
    errors = [
        {"pointer": "/period/to", "detail": "پایان دوره پیش از آغاز آن است."},
        {"pointer": "/extra", "detail": "ناشناخته"},
    ]
    fail(page, "**/v1/reports", 422, {"title": "گزارش پذیرفته نشد", "status": 422, "errors": errors})
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#store").click()
    expect(page.locator("#to-error")).to_have_text("پایان دوره پیش از آغاز آن است.")
    expect(page.locator("#form-alert")).to_contain_text("گزارش پذیرفته نشد")
    expect(page.locator("#form-alert li")).to_contain_text("ناشناخته")


def test_what_the_server_refuses_is_said_in_persian(page: Page) -> None:
    refusals: list[tuple[int, dict[str, Any], dict[str, str], str]] = [
        (429, {"title": "درخواست‌ها زیاد شد."}, {"Retry-After": "30"}, "۳۰ ثانیه دیگر"),
        (413, {}, {}, "از اندازه مجاز بزرگ‌تر است"),
        (500, {"title": "در سرور خطایی رخ داد.", "detail": "شناسه خطا ۱۲"}, {}, "شناسه خطا ۱۲"),
    ]
    page.goto("/")
    page.locator("#text").fill(TEXT)
    for status, body, headers, said in refusals:
        fail(page, "**/v1/analyze", status, body, headers)
        page.locator("#analyze").click()
        expect(page.locator("#form-alert")).to_contain_text(said)
        expect(page.locator("#text")).to_have_value(TEXT)
        expect(page.locator("#analyze")).to_be_enabled()


def test_a_key_is_asked_for_and_the_request_tried_again(page: Page) -> None:
    used: list[str | None] = []

    def guard(route: Route) -> None:
        key = route.request.headers.get("authorization")
        used.append(key)
        if key == "Bearer right":
            route.fallback()
        else:
            route.fulfill(status=401, json={"title": "کلید لازم است", "status": 401})

    page.route("**/v1/analyze", guard)
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#analyze").click()
    page.get_by_label("کلید", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key-error")).to_have_text("این کلید پذیرفته نشد.")
    page.get_by_label("کلید", exact=True).fill("right")
    page.keyboard.press("Enter")
    expect(page.locator("#reader")).to_be_visible()
    assert used == [None, "Bearer wrong", "Bearer right"]
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_giving_up_on_the_key_leaves_the_text_in_place(page: Page) -> None:
    fail(page, "**/v1/analyze", 401, {"title": "کلید لازم است", "status": 401})
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#analyze").click()
    page.locator("#key").press("Escape")
    expect(page.locator("#form-alert")).to_contain_text("کلید لازم است")
    expect(page.locator("#text")).to_have_value(TEXT)


def test_waiting_is_announced_and_can_be_called_off(page: Page) -> None:
    page.route("**/v1/analyze", lambda _route: None)
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.locator("#analyze").click()
    expect(page.get_by_role("status")).to_have_text("گزارش خوانده می‌شود…")
    page.get_by_role("button", name="انصراف").click()
    expect(page.get_by_role("status")).to_have_text("لغو شد.")
    expect(page.locator("#analyze")).to_be_enabled()


def test_a_sample_does_not_destroy_what_was_typed(page: Page) -> None:
    page.goto("/")
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="متن آشفته").click()
    expect(page.locator("#text")).not_to_have_value(TEXT)
    page.get_by_role("button", name="برگرداندن متن پیشین").click()
    expect(page.locator("#text")).to_have_value(TEXT)


def test_an_unknown_report_is_said_to_be_unknown(page: Page) -> None:
    page.goto("/?report=no-such-report")
    expect(page.locator("#result [role=alert]")).to_be_visible()
    expect(page.locator("#result [role=alert]")).to_contain_text(re.compile("[آ-ی]"))
