"""The whole application over reports of our own, a real browser, and a page that may not complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from nlp.bootstrap import App, open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings
from nlp.types import Limits
from service.api.app import create_app
from service.demo import demo_fields
from tests.fakes.server import serving

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
PASSWORD = "گذرواژهٔ بلند"
REPORTS = 14
WIDTHS = (1440, 390)


class Site:
    """A running server: `url`, and the application behind it."""

    def __init__(self, url: str, application: App) -> None:
        self.url, self.application = url, application


@pytest.fixture
def site(tmp_path: Path, analyzer: Analyzer) -> Iterator[Site]:
    """With authentication, the demo reports, a copy of one of them with another figure, and one user of each role."""
    limits = Limits(requests_per_minute=10_000, file_bytes=2_000_000)
    application = open_app(load_settings(home=tmp_path / "home", auth=True, limits=limits))
    vars(application)["analyzer"] = analyzer
    fields = list(demo_fields())[:REPORTS]
    copy = {**fields[0], "id": "copy", "ngo": "انجمن رونویس", "title": "گزارش رونوشت"}
    application.ingest.submit_many([application.ingest.parse(each) for each in [*fields, copy]])
    ngo = application.stores.reports.get(fields[1]["id"]).ngo
    assert ngo
    for role in ("admin", "reviewer", "analyst"):
        application.stores.people.add(role, role, PASSWORD, name=None)  # type: ignore[arg-type]
    application.stores.people.add("submitter", "submitter", PASSWORD, ngo=ngo.id)
    with serving(create_app(application)) as port:
        yield Site(f"http://127.0.0.1:{port}", application)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a window and logs somebody in; a script error, a breach of the content security policy or an alert fails the test
    that caused it."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def refuse(dialog: Dialog) -> None:
        complaints.append(f"alert: {dialog.message}")
        dialog.dismiss()

    def visit(login: str, width: int = 1440, scripts: bool = True, **options: object) -> Page:  # noqa: FBT001, FBT002 - a fixture's
        window = browser.new_context(
            base_url=site.url, locale="fa-IR", timezone_id="Asia/Tehran", java_script_enabled=scripts,
            viewport={"width": width, "height": 900 if width > 600 else 844}, accept_downloads=True, **options,  # type: ignore[arg-type]
        )  # fmt: skip
        window.set_default_timeout(15_000)
        opened.append(window)
        page = window.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", refuse)
        page.goto("/login")
        page.get_by_label("نام کاربری").fill(login)
        page.get_by_label("گذرواژه").fill(PASSWORD)
        page.get_by_role("button", name="ورود").click()
        return page

    yield visit
    for window in opened:
        window.close()
    assert complaints == []


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def own_texts() -> list[str]:
    """Demo reports that are not in the database."""
    return [str(each["text"]) for each in list(demo_fields())[REPORTS:]]
