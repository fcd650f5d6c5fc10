"""Giving reports: a text, tried or stored; and files, as many as are chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile
from ulid import ULID

from nlp.bootstrap import App
from nlp.errors import InvalidInput, SamanyarError
from nlp.pipelines.ingest import as_report
from nlp.ports import Put
from nlp.types import Filters, Reject, Submission
from service.api.context import AppDep, MetricsDep, bound, seen
from service.api.errors import Refused
from service.api.incoming import Incoming, file_name
from service.api.routes.duplicates import visible
from service.api.security import Caller, require
from service.api.uploads import take_file
from service.web.pages import Names, PostedForm, field, files, moved, show, status_of
from service.web.reading import read, summary_pieces

router = APIRouter(prefix="/submit")
Submitter = Annotated[Caller, Depends(require("submit"))]
SAMPLES = Path(__file__).parents[1] / "samples.json"
TYPED = ("title", "text", "ngo", "province", "city", "from", "to")
SIMILAR = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a report, a job, or why it was not taken."""

    file: str
    report: str | None = None
    title: str | None = None
    job: str | None = None
    problem: str | None = None


@router.get("")
def form(request: Request, application: AppDep, caller: Submitter, sample: int | None = None) -> Response:
    """The form, empty or with one of our own samples in it."""
    chosen = samples()[sample] if sample is not None and 0 <= sample < len(samples()) else {}
    return _form(request, application, caller, {name: chosen.get(name, "") for name in TYPED}, fresh=not chosen)


@router.post("")
def submit(request: Request, application: AppDep, metrics: MetricsDep, caller: Submitter, form: PostedForm) -> Response:
    """Read a text, or store it and open its page. What is wrong is said beside its field; nothing that was typed is lost."""
    typed = {name: field(form, name) for name in TYPED}
    fields = {name: typed[name] for name in ("title", "text", "ngo", "province", "city") if typed[name].strip()}
    period = {"period_from": typed["from"], "period_to": typed["to"]}
    store = field(form, "action") == "store"
    try:
        given = fields | {name: value for name, value in period.items() if value.strip()}
        submission = bound(application, application.ingest.parse(given | ({"id": field(form, "id")} if store else {})), caller)
        if store:
            if _is_another(application, submission):  # somebody went back to the form, and wrote something else into it
                submission = replace(submission, id=None)
            put = application.ingest.submit(submission, caller.ngo)
            metrics.analysed.inc()
            return moved(f"/reports/{put.report.id}?stored=yes")
        analyzed = application.analyzer.analyze([submission])[0]
        metrics.analysed.inc()
    except InvalidInput as error:
        return _form(request, application, caller, typed, status=status_of(error), error=error)
    report = as_report(submission, analyzed, datetime.now(UTC))
    found = visible(application.duplicates.among_stored(report, analyzed.vectors), caller)
    values = {
        "reading": read(report, Names(application), report.domains),
        "summary": summary_pieces(report.summary),
        "duplicates": seen(application, found, caller),
        "similar": seen(application, application.search.search(report.text, Filters(ngo=caller.ngo), SIMILAR), caller),
    }
    return _form(request, application, caller, typed, **values)


def _is_another(application: App, submission: Submission) -> bool:
    """Whether the form's report is stored, with another text or title."""
    reports = application.stores.reports
    if submission.id is None or not reports.heads([submission.id]):
        return False
    stored = reports.get(submission.id)
    return (stored.text, stored.title) != (submission.text, submission.title)


@router.post("/files")
def send_files(request: Request, application: AppDep, caller: Submitter, form: PostedForm) -> Response:
    """Every file by itself: what is wrong with one keeps none of the others."""
    chosen, key = files(form, "files"), field(form, "id")[:200] or str(ULID())
    if not chosen:
        error = InvalidInput("هیچ فایلی برگزیده نشده است.", detail="no file was chosen")
        return _form(request, application, caller, dict.fromkeys(TYPED, ""), status=422, error=error)
    before = application.stores.idempotency.begin(caller.id, key, "")
    if before is not None and before.body is None:
        raise Refused("busy", "همین فایل‌ها در حال خوانده شدن‌اند؛ کمی صبر کنید.", "the same form is still being read")
    if before is not None:  # a reload, or a second click
        outcomes = [Outcome(**each) for each in json.loads(str(before.body))]
    else:
        outcomes = [_take(application, caller, form, each) for each in chosen]
        application.stores.idempotency.complete(caller.id, key, 200, json.dumps([asdict(each) for each in outcomes]))
    return show(request, "sent.html", outcomes=outcomes)


def _take(application: App, caller: Caller, form: FormData, file: UploadFile) -> Outcome:
    name = file_name(file)
    given = {key: field(form, key) for key in ("ngo", "province") if field(form, key)}
    try:
        taken = take_file(application, caller, Incoming(given, name, file.file.read(), ""))
    except SamanyarError as error:
        return Outcome(name, problem=error.message)
    if isinstance(taken, Put):
        return Outcome(name, report=taken.report.id, title=taken.report.title)
    return Outcome(name, problem=taken.message) if isinstance(taken, Reject) else Outcome(name, job=taken.id)


def _form(
    request: Request,
    application: App,
    caller: Caller,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    error: InvalidInput | None = None,
    **values: Any,
) -> Response:
    """The id that a text will have is in the form: sent twice, it is stored once."""
    wrong = {each.pointer.strip("/").split("/")[0]: each.detail for each in error.errors} if error else {}
    own = application.stores.reports.ngo(caller.ngo) if caller.ngo is not None else None
    shown: dict[str, Any] = {"reading": None, "summary": [], "duplicates": [], "similar": [], "fresh": False} | values
    return show(request, "submit.html", status, typed=typed, error=error, wrong=wrong, id=str(ULID()), own=own, **shown)


@lru_cache(maxsize=1)
def samples() -> list[dict[str, str]]:
    """Two reports of our own writing: a clean one and a dirty one."""
    found: list[dict[str, str]] = json.loads(SAMPLES.read_text(encoding="utf-8"))
    return found
