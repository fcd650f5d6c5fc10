"""Lists as files: at once, or as a job whose file lies under `SAMANYAR_HOME/exports` for a day at the most.

A deleted report is gone from every file: whoever deletes one drops these too.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from nlp.adapters.writers import open_writer
from nlp.bootstrap import App
from nlp.ports import Job
from nlp.review.masking import masked_report
from nlp.types import Filters, Report
from nlp.wire import given_filters
from service.api.security import Caller

AT_ONCE = 2000
"""More reports than these become a job."""
KEPT_SECONDS = 86_400
STEP = 200


def write_export(
    application: App, filters: Filters, path: Path, *, masked: bool, went_on: Callable[[int], None] = lambda _: None
) -> int:
    """Write the reports that match, oldest first; returns how many. Kept in the audit log. `went_on` is told how many are done,
    and may raise to stop."""

    def reports() -> Iterator[Report]:
        for number, report in enumerate(application.stores.reports.iterate(filters), 1):
            yield masked_report(report) if masked else report
            if number % STEP == 0:
                went_on(number)

    domains = [domain.code for domain in application.taxonomy.domains]
    count = open_writer(path, domains=domains).write(reports(), path)
    said = {"format": path.suffix[1:], "reports": count, "filters": given_filters(filters), "masked": masked}
    application.stores.audit.record("export", "reports", said)
    return count


def create_export(application: App, caller: Caller, ending: str, filters: Filters) -> Job:
    """Queue an export."""
    payload = {"format": ending, "filters": given_filters(filters), "masked": not caller.sees_personal}
    return application.stores.jobs.create("export", payload, caller.id)


def run_export(application: App, job: Job, went_on: Callable[[int], None]) -> tuple[int, str]:
    """Do what `create_export` queued; returns how many reports there were, and where the file is."""
    drop_exports(application, older_than=KEPT_SECONDS)
    path = export_path(application, job)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    filters = _filters(job.payload["filters"])
    count = write_export(application, filters, path, masked=bool(job.payload["masked"]), went_on=went_on)
    return count, f"/v1/jobs/{job.id}/result"


def export_path(application: App, job: Job) -> Path:
    """Where the file of an export lies."""
    return application.settings.home / "exports" / f"{job.id}.{job.payload['format']}"


def drop_exports(application: App, older_than: float = 0) -> None:
    """Remove the files of exports. older_than: seconds."""
    folder = application.settings.home / "exports"
    if not older_than:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.glob("*"):
        if path.is_file() and time.time() - path.stat().st_mtime > older_than:
            path.unlink(missing_ok=True)


def _filters(given: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    values: dict[str, Any] = given | days
    return Filters(**values)
