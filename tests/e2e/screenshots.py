"""The pictures of the README: `make screenshots` starts a server over the demo reports, works on them a little, and looks.

Needs Chromium. Decisions are made up by chance, so that the pages of quality and learning have something to show.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from nlp.bootstrap import App, open_app
from nlp.review.decisions import Decision
from nlp.settings import load_settings
from nlp.types import Filters
from service.api.app import create_app
from service.demo import demo_fields
from tests.e2e.conftest import ARGUMENTS, CHROMIUM

PICTURES = Path(__file__).parents[2] / "service" / "web" / "pictures"
DECIDED = 40
DESK, PHONE = (1280, 800), (390, 760)


def fill(application: App) -> None:
    """The demo reports, a copy of one, and decisions of two people on most of the others."""
    fields = list(demo_fields())
    copy = {
        **fields[7],
        "id": "copy",
        "ngo": "انجمن رونویس",
        "title": "گزارش رونوشت",
        "text": fields[7]["text"].replace("۱", "۲"),
    }
    application.ingest.submit_many([application.ingest.parse(each) for each in [*fields, copy]])
    chance = random.Random(3)  # noqa: S311 - no secret
    codes = [domain.code for domain in application.taxonomy.domains]
    for report in application.stores.reports.list(Filters(needs_review=False), DECIDED).items:
        left = (*report.domains[1:], chance.choice(codes)) if chance.random() < 0.2 else report.domains
        decision = Decision("accept") if left == report.domains else Decision("correct", left)
        application.reviews.decide(report.id, decision, report.version, by=f"user:{chance.choice(('سارا', 'رضا'))}")


def main() -> None:
    """Write the pictures anew."""
    with tempfile.TemporaryDirectory() as home:
        application = open_app(load_settings(home=Path(home)))
        fill(application)
        ngo = application.stores.reports.get("demo-n01-1").ngo
        assert ngo
        server = uvicorn.Server(uvicorn.Config(create_app(application, run_jobs=False), port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        shots = [
            ("report", "/reports/copy?from=queue", DESK, "light"),
            ("queue", "/queue", DESK, "dark"),
            ("coverage", "/coverage", DESK, "light"),
            ("quality", "/quality", DESK, "light"),
            ("dossier", f"/ngos/{ngo.id}", DESK, "light"),
            ("phone", "/reports/copy?from=queue", PHONE, "light"),
        ]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            for name, path, (width, height), scheme in shots:
                page = browser.new_page(
                    viewport={"width": width, "height": height}, locale="fa-IR", color_scheme=scheme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                )  # fmt: skip
                page.goto(url + path, wait_until="networkidle")
                page.screenshot(path=PICTURES / f"{name}.png")
                page.close()
            browser.close()
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
