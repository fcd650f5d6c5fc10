"""Every page at a desk and on a phone, light and dark: nothing serious in the way of anybody, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from service.web.templating import ROOMS
from tests.e2e.conftest import Site, overflow

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{item['id']} ({item['impact']}): {item['nodes'][0]['html'][:160]}" for item in found]


def addresses(site: Site) -> list[str]:
    """Every page of the menu, and one of each kind that is behind it."""
    reports = site.application.stores.reports
    copied = reports.get("copy").ngo
    ngos = [each.id for each in reports.all_ngos()[:2]]
    assert copied
    return [
        *(room.path for room in ROOMS),
        "/reports/copy?from=queue&prev=copy",
        "/reports?domain=addiction&province=IR-23&status=rejected",
        "/search",
        "/search?q=زندانیان",
        f"/ngos/{copied.id}",
        f"/compare?id={ngos[0]}&id={ngos[1]}",
        "/export",
        "/nothing",
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(visit: Callable[..., Page], site: Site, width: int, scheme: Any) -> None:
    page = visit("admin", width, color_scheme=scheme, reduced_motion="reduce")
    found: dict[str, Any] = {}
    for address in addresses(site):
        page.goto(address)
        if wrong := complaints(page):
            found[address] = wrong
        if wide := overflow(page):
            found[f"{address} overflows"] = wide
    page.locator("form.who button").click()
    found |= {"/login": wrong} if (wrong := complaints(page)) else {}
    assert found == {}


def test_everything_comes_from_the_server_itself(visit: Callable[..., Page], site: Site) -> None:
    page = visit("admin")
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith((site.url, "data:")) else None)
    for address in addresses(site):
        page.goto(address)
    assert foreign == []
