"""How long the server takes for each page with 10,000 reports: `python -m service.bench HOME`, the last part of `make bench`.

The reports are patchworks of three of our own each, read by the model in use; filling HOME takes about ten minutes, once.
"""

from __future__ import annotations

import json
import logging
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from starlette.testclient import TestClient

from nlp.bootstrap import App, open_app
from nlp.settings import load_settings
from nlp.shipped import DATA
from nlp.types import Filters, Limits
from service.api.app import create_app

REPORTS, NGOS, BATCH = 10_000, 400, 32
PIECES, SENTENCES = 3, 4
TIMES = 21
SOURCES = ("reports/dev.jsonl", "reports/train.jsonl", "ngos/reports.jsonl")


def patchworks(start: int, provinces: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Raw fields of the reports from number `start` on, the same in every run."""
    lines = [line for name in SOURCES for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    sources = [json.loads(line) for line in lines]
    for number in range(start, REPORTS):
        chance = random.Random(number)  # noqa: S311 - no secret
        sentences: list[str] = []
        for source in chance.sample(sources, PIECES):
            first = chance.randrange(max(1, len(source["sentences"]) - SENTENCES))
            sentences += source["sentences"][first : first + SENTENCES]
        year, month = chance.randrange(1398, 1405), chance.randrange(1, 7)
        yield {
            "id": f"p-{number:05}",
            "ngo": f"انجمن نمونه {chance.randrange(NGOS)}",
            "title": chance.choice(sources)["title"],
            "text": "\n".join(sentences),
            "province": chance.choice(provinces),
            "period": {"from": f"{year}/{month:02}", "to": f"{year}/{month + 5:02}"},
        }


def fill(application: App) -> None:
    """Store what is missing."""
    done = application.stores.reports.stats().reports
    fields = patchworks(done, application.provinces.codes)
    while batch := list(islice(fields, BATCH)):
        application.ingest.submit_many([application.ingest.parse(each) for each in batch])
        done += len(batch)
        if done % 1600 == 0:
            print(f"{done} of {REPORTS} reports are stored", file=sys.stderr, flush=True)


def addresses(application: App) -> list[list[str]]:
    """Every page, `TIMES` of each kind: of other reports and NGOs where there are many."""
    reports = [report.id for report in application.stores.reports.list(Filters(), TIMES).items]
    ngos = [ngo.id for ngo in application.stores.reports.all_ngos()[:TIMES]]
    words = [report.title for report in application.stores.reports.list(Filters(), TIMES).items]
    six = [[ngos[(first + step) % TIMES] for step in range(6)] for first in range(TIMES)]
    same = ("/queue", "/reports", "/ngos", "/coverage", "/coverage?year=1402", "/quality", "/learning", "/submit", "/export",
            "/users", "/audit")  # fmt: skip
    return [
        [f"/reports/{each}" for each in reports],
        [f"/reports/{each}/similar" for each in reports],
        [f"/search?q={quote(each or 'زندان')}" for each in words],
        [f"/ngos/{each}" for each in ngos],
        [f"/ngos/{each}/similar" for each in ngos],
        ["/compare?" + "&".join(f"id={each}" for each in some) for some in six],
        *([address] * TIMES for address in same),
    ]


def main() -> None:
    """Print milliseconds of server time for each page: the first one, then median and 95th percentile of the others."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    home = Path(sys.argv[1] if len(sys.argv) > 1 else "var/bench-pages")
    application = open_app(load_settings(home=home, limits=Limits(requests_per_minute=1_000_000)))
    fill(application)
    print(f"{application.stores.reports.stats().reports} reports\n\n| page | first | median | 95% |\n| --- | --- | --- | --- |")
    with TestClient(create_app(application, run_jobs=False), base_url="http://127.0.0.1") as client:
        client.get("/submit")
        for kind in addresses(application):
            times, statuses = [], set()
            for address in kind:
                begin = time.perf_counter()
                statuses.add(client.get(address).status_code)
                times.append(1000 * (time.perf_counter() - begin))
            rest = sorted(times[1:])
            shown = f"{times[0]:.0f} | {statistics.median(rest):.0f} | {rest[int(0.95 * len(rest))]:.0f}"
            name = re.sub(r"(?<=/)(p-\d+|[0-9A-Z]{26})", "…", kind[0].split("?q")[0].split("?id")[0])
            print(f"| {name} | {shown} |" + ("" if statuses == {200} else f" {statuses}"))


if __name__ == "__main__":
    main()
