"""How long the server takes for each page with 10,000 reports: `python -m service.bench HOME`, the last part of `make bench`.

The reports are patchworks of three of our own each, read by the model in use; filling HOME takes about ten minutes, once.
"""

from __future__ import annotations

import json
import logging
import random
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from starlette.testclient import TestClient

from nlp.bootstrap import App, open_app
from nlp.settings import load_settings
from nlp.shipped import DATA
from nlp.types import Filters, Limits
from service.api.app import create_app

REPORTS, NGOS, BATCH = 10_000, 400, 32
PIECES, SENTENCES = 3, 4
TIMES = 20
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


def addresses(application: App) -> list[str]:
    """Every page; of a kind that there are many of, the newest one."""
    newest = application.stores.reports.list(Filters(), 1).items[0]
    ngos = [ngo.id for ngo in application.stores.reports.all_ngos()[:6]]
    compared = "&".join(f"id={each}" for each in ngos)
    return [
        "/queue", "/queue?province=IR-23", f"/reports/{newest.id}", "/reports", "/reports?domain=addiction&province=IR-23",
        "/search?q=اشتغال زنان سرپرست خانوار", "/ngos", "/ngos?q=نمونه ۷", f"/ngos/{ngos[0]}", f"/compare?{compared}",
        "/coverage", "/coverage?year=1402", "/quality", "/learning", "/submit", "/export", "/users", "/audit",
    ]  # fmt: skip


def main() -> None:
    """Print milliseconds of server time for each page: median and 95th percentile of twenty, the first one apart."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    home = Path(sys.argv[1] if len(sys.argv) > 1 else "var/bench-pages")
    application = open_app(load_settings(home=home, limits=Limits(requests_per_minute=1_000_000)))
    fill(application)
    print(f"{application.stores.reports.stats().reports} reports\n\n| page | first | median | 95% |\n| --- | --- | --- | --- |")
    with TestClient(create_app(application, run_jobs=False), base_url="http://127.0.0.1") as client:
        for address in addresses(application):
            times = []
            for _ in range(TIMES + 1):
                begin = time.perf_counter()
                status = client.get(address).status_code
                times.append(1000 * (time.perf_counter() - begin))
            first, rest = times[0], sorted(times[1:])
            shown = f"{first:.0f} | {statistics.median(rest):.0f} | {rest[int(0.95 * len(rest))]:.0f}"
            print(f"| {address.split('?')[0]} | {shown} |" + ("" if status == 200 else f" {status}"))


if __name__ == "__main__":
    main()
