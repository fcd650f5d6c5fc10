"""Jobs that survive a kill: the file lies under `SAMANYAR_HOME/jobs`, the lease in the store, rows have ids of their own."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from ulid import ULID

from nlp.bootstrap import App
from nlp.errors import NotFound, SamanyarError
from nlp.pipelines.fields import parse_row
from nlp.ports import Job
from nlp.review.actor import SYSTEM, acting
from nlp.types import Reject, Report, Row, Source, Submission
from nlp.wire import to_json
from service.api.context import bound
from service.api.exports import run_export
from service.api.incoming import Incoming
from service.api.previews import KIND, run_preview
from service.api.security import Caller

LEASE_SECONDS = 30.0
POLL_SECONDS = 0.5
BATCH = 8
MAX_ERRORS = 1000
Maker = Callable[[App, Job, Callable[..., None]], tuple[int, str]]
MAKERS: Mapping[str, Maker] = {"export": run_export, KIND: run_preview}


def create_job(application: App, caller: Caller, incoming: Incoming) -> Job:
    """Keep the file, then queue the job: a job never lacks its file."""
    folder = application.settings.home / "jobs" / str(ULID())
    folder.mkdir(parents=True, mode=0o700)
    name = incoming.file_name or "file"
    (folder / f"upload{incoming.ending}").write_bytes(incoming.file)
    payload = {"folder": folder.name, "name": name, "fields": dict(incoming.fields), "ngo": caller.ngo}
    return application.stores.jobs.create("import", payload, caller.id)


def drop_upload(application: App, report: Report) -> None:
    """The uploaded file of the job that a deleted report came with, where the job ended badly and left it. `NotFound` is no
    error: jobs of another store."""
    job_id = report.extra.get("job")
    if not isinstance(job_id, str):
        return
    try:
        job = application.stores.jobs.get(job_id)
    except NotFound:
        return
    if job.state not in {"queued", "running"} and job.payload.get("folder"):
        shutil.rmtree(application.settings.home / "jobs" / Path(job.payload["folder"]).name, ignore_errors=True)


def job_json(job: Job) -> dict[str, Any]:
    """A job as the API shows it."""
    keys = ("id", "kind", "state", "done", "total", "errors", "result_url")
    return {key: to_json(getattr(job, key)) for key in keys}


class _Stopped(Exception):
    """The job was cancelled or taken over, or the server stops."""


class JobRunner:
    """One thread a serving process; claims a job, works through its rows, renews the lease as it goes."""

    def __init__(self, application: App, poll_seconds: float = POLL_SECONDS, lease_seconds: float = LEASE_SECONDS) -> None:
        self._application = application
        self._poll = poll_seconds
        self._lease = lease_seconds
        self._worker = str(ULID())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._log = structlog.get_logger()

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand; another process takes the job over when its lease ends."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _loop(self) -> None:
        while not self._stop.is_set():
            job = None
            try:
                job = self._application.stores.jobs.claim(self._worker, self._lease)
                if job is not None:
                    with acting(job.owner or SYSTEM):
                        self.run(job)
            except Exception as error:  # noqa: BLE001 - a broken job must not end the thread; the log says what broke
                self._log.error("job failed", kind=type(error).__name__, job=job.id if job else None)
                if job is not None:
                    self._application.stores.jobs.finish(job.id, self._worker, "failed", None)
            if job is None:
                self._stop.wait(self._poll)

    def run(self, job: Job) -> None:
        """Work through a claimed job from its start; rows that are stored already change nothing."""
        if job.kind in MAKERS:
            self._make(job, MAKERS[job.kind])
            return
        folder = self._application.settings.home / "jobs" / job.payload["folder"]
        errors: list[Mapping[str, Any]] = []
        done = 0
        for batch in _batches(self._rows(job, folder)):
            submissions = []
            gone = set(self._application.stores.jobs.get(job.id).payload.get("deleted", ()))
            for row in batch:
                parsed = row if isinstance(row, Reject) else self._submission(job, row)
                if isinstance(parsed, Reject):
                    errors.append(_error(parsed))
                elif hashlib.sha256(str(parsed.id).encode()).hexdigest() not in gone:
                    submissions.append(parsed)
            self._submit(submissions, errors, job.payload.get("ngo"))
            done += len(batch)
            alive = self._application.stores.jobs.progress(job.id, self._worker, done, None, errors[:MAX_ERRORS], self._lease)
            if not alive:
                self._drop_if_cancelled(job, folder)
                return
            if self._stop.is_set():
                return
        self._application.stores.jobs.progress(job.id, self._worker, done, done, errors[:MAX_ERRORS], self._lease)
        self._application.stores.jobs.finish(job.id, self._worker, "done", f"/v1/reports?job={quote(job.id)}")
        shutil.rmtree(folder, ignore_errors=True)

    def _make(self, job: Job, make: Maker) -> None:
        """A job that ends in a file; what it cannot do is kept with it."""

        def went_on(done: int, total: int | None = None) -> None:
            if self._stop.is_set() or not self._application.stores.jobs.progress(
                job.id, self._worker, done, total, [], self._lease
            ):
                raise _Stopped

        try:
            count, url = make(self._application, job, went_on)
        except _Stopped:
            return
        except SamanyarError as error:
            problem = _told(error)
            self._application.stores.jobs.progress(job.id, self._worker, 0, None, [problem], self._lease)
            self._application.stores.jobs.finish(job.id, self._worker, "failed", None)
            return
        self._application.stores.jobs.progress(job.id, self._worker, count, count, [], self._lease)
        self._application.stores.jobs.finish(job.id, self._worker, "done", url)

    def _rows(self, job: Job, folder: Path) -> Iterator[Row | Reject]:
        path = next(iter(sorted(folder.glob("upload*"))), None)
        if path is None:
            raise FileNotFoundError(job.payload["folder"])
        yield from self._application.reader.read(path, name=job.payload["name"])

    def _submission(self, job: Job, row: Row) -> Submission | Reject:
        """The row with an id of its own, so that a second run stores nothing twice."""
        values = {**row.values, **job.payload["fields"]}
        if not values.get("id"):
            place = f"{job.id}:{row.source.sheet}:{row.source.row}"
            values["id"] = "job-" + hashlib.sha256(place.encode()).hexdigest()[:24]
        parsed = parse_row(self._application.parser, Row(values, row.source, row.extra))
        if isinstance(parsed, Reject):
            return parsed
        caller = Caller(job.owner or "", frozenset(), job.payload.get("ngo"))
        try:
            submission = bound(self._application, parsed, caller)
            return replace(submission, extra={**submission.extra, "job": job.id})
        except NotFound as error:
            return Reject(row.source, "damaged", "این شناسه از گزارش سمن دیگری است.", error.detail)

    def _submit(self, submissions: list[Submission], errors: list[Mapping[str, Any]], only_ngo: str | None) -> None:
        try:
            self._application.ingest.submit_many(submissions, only_ngo)
        except SamanyarError:
            for submission in submissions:
                try:
                    self._application.ingest.submit(submission, only_ngo)
                except SamanyarError as error:
                    errors.append(_told(error, submission.source))

    def _drop_if_cancelled(self, job: Job, folder: Path) -> None:
        if self._application.stores.jobs.get(job.id).state == "cancelled":
            shutil.rmtree(folder, ignore_errors=True)


def _batches(rows: Iterator[Row | Reject]) -> Iterator[list[Row | Reject]]:
    batch: list[Row | Reject] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _told(error: SamanyarError, source: Source | None = None) -> dict[str, Any]:
    """Where and why something was not done."""
    where = {name: source and getattr(source, name) for name in ("file", "sheet", "row")}
    return {**where, "code": error.code, "message": error.message, "detail": error.detail}


def _error(reject: Reject) -> dict[str, Any]:
    source = {"file": reject.source.file, "sheet": reject.source.sheet, "row": reject.source.row}
    return {**source, "code": reject.code, "message": reject.message, "detail": reject.detail}
