"""Import the demo reports, once: 165 of the project's own, so that search, dossiers and coverage have something to show.

`python -m service.demo` is the first half of `make run`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nlp.bootstrap import open_app
from nlp.settings import load_settings
from nlp.shipped import DATA
from nlp.text.digits import persian_number
from nlp.types import Submission

FILES = ("reports/dev.jsonl", "ngos/reports.jsonl")
"""60 reports of as many NGOs, then 105 of 24 NGOs, which have a dossier."""


def demo_fields() -> Iterator[dict[str, Any]]:
    """Raw fields of each demo report."""
    for name in FILES:
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            report = json.loads(line)
            yield {
                "id": f"demo-{report['id']}",
                "ngo": report["ngo"],
                "ngo_registration_number": report.get("registration_number"),
                "title": report["title"],
                "text": "\n".join(report["sentences"]),
                "province": report["province"],
                "city": report["city"],
                "period": report["period"],
            }


def main() -> None:
    """Store the demo reports in an empty database; a database with reports is left alone."""
    application = open_app(load_settings())
    try:
        if application.stores.reports.stats().reports:
            return
        print("گزارش‌های نمونه بار می‌شوند ...", flush=True)  # noqa: T201 - the output of `make run`
        submissions: list[Submission] = [application.ingest.parse(fields) for fields in demo_fields()]
        application.ingest.submit_many(submissions)
        print(f"{persian_number(len(submissions))} گزارش نمونه بار شد.", flush=True)  # noqa: T201
    finally:
        application.close()


if __name__ == "__main__":
    main()
