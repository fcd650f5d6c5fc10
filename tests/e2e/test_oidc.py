"""A real browser between two sites: `127.0.0.1` is ours and `localhost` the provider's, whose link leads back to us, so that
our strict cookie is put to the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from nlp.bootstrap import open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings
from service.api.app import create_app
from tests.e2e.conftest import Site, overflow
from tests.e2e.test_access import complaints
from tests.fakes.provider import Provider, providing
from tests.fakes.server import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing("localhost") as running:
        running.asks = True
        yield running


@pytest.fixture
def door(tmp_path: Path, analyzer: Analyzer, provider: Provider) -> Iterator[Site]:
    """A server that knows the provider, and «sara», whom an administrator has made."""
    application = open_app(load_settings(home=tmp_path / "home", auth=True, oidc=provider.settings()))
    vars(application)["analyzer"] = analyzer
    application.stores.people.add("sara", "reviewer", None, name="سارا")
    with serving(create_app(application)) as port:
        yield Site(f"http://127.0.0.1:{port}", application)


def open_login(browser: Browser, site: Site, width: int, scheme: Any, scripts: bool) -> Page:  # noqa: FBT001 - a helper's
    window = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    window.set_default_timeout(15_000)
    page = window.new_page()
    page.goto("/login?next=/reports")
    return page


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(1440, "light", True), (390, "dark", True), (390, "light", False)])
def test_one_click_leads_over_the_provider_to_the_page_that_was_asked_for(
    browser: Browser,
    door: Site,
    width: int,
    scheme: Any,
    scripts: bool,  # noqa: FBT001 - a parameter
) -> None:
    page = open_login(browser, door, width, scheme, scripts)
    if scripts:
        assert (complaints(page), overflow(page)) == ([], 0)
    page.get_by_role("link", name="ورود سازمانی").click()
    page.get_by_role("link", name="Yes").click()
    expect(page).to_have_url(f"{door.url}/reports")
    expect(page.locator("form.who")).to_contain_text("سارا")
    page.context.close()


def test_a_refusal_is_told_where_one_can_try_again(browser: Browser, door: Site, provider: Provider) -> None:
    provider.wrong = "error:access_denied"
    page = open_login(browser, door, 390, "dark", scripts=True)
    page.get_by_role("link", name="ورود سازمانی").click()
    page.get_by_role("link", name="Yes").click()
    expect(page.get_by_role("alert")).to_contain_text("اجازهٔ ورود نداد")
    assert (complaints(page), overflow(page)) == ([], 0)
    provider.wrong = ""
    page.get_by_role("link", name="ورود سازمانی").click()
    page.get_by_role("link", name="Yes").click()
    expect(page).to_have_url(f"{door.url}/reports")
    page.context.close()
