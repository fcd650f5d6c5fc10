"""Lists as files, and the long tasks that make them or read them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from nlp.bootstrap import App
from nlp.errors import FieldError, InvalidInput
from service.api.context import AppDep, make_filters, seen
from service.api.errors import invalid
from service.api.exports import AT_ONCE, create_export, export_path
from service.api.jobs import job_json
from service.api.routes.export import file_of
from service.api.routes.jobs import own_job
from service.api.schemas import FilterInput
from service.api.security import Caller, require
from service.web.pages import PageFilters, PostedForm, field, moved, plain, show, status_of

router = APIRouter()
Exporter = Annotated[Caller, Depends(require("export"))]
Reader = Annotated[Caller, Depends(require("read"))]
FORMATS: Mapping[str, tuple[str, str]] = {
    "xlsx": ("Excel", "از راست به چپ، با برگهٔ احتمال‌ها؛ برای خواندن و جدول‌سازی"),
    "csv": ("CSV", "متن ساده با ویرگول؛ برای هر نرم‌افزار جدول"),
    "jsonl": ("JSON Lines", "هر گزارش با تحلیل کامل خود؛ برای برنامه‌ها"),
    "parquet": ("Parquet", "ستونی و فشرده؛ برای تحلیل داده"),
}
NAMES = ("domain", "group", "province", "ngo", "status", "needs_review", "job", "from", "to")


@router.get("/export")
def choose(request: Request, application: AppDep, caller: Exporter, wanted: PageFilters) -> Response:
    """Which reports, and as what."""
    return _page(request, application, caller, wanted)


@router.post("/export")
def begin(request: Request, application: AppDep, caller: Exporter, form: PostedForm) -> Response:
    """The file at once, or a job where the list is long."""
    try:
        wanted = FilterInput.model_validate({name: field(form, name) for name in NAMES if field(form, name)})
    except ValidationError as error:
        raise invalid(error, persian=True) from error
    ending = field(form, "format")
    if ending not in FORMATS:
        refused = InvalidInput("یکی از قالب‌ها را برگزینید.", [FieldError("/format", "unknown")], "no such format")
        return _page(request, application, caller, wanted, refused)
    filters = make_filters(application, wanted, caller)
    if application.stores.reports.count(filters) > AT_ONCE:
        return moved(f"/jobs/{create_export(application, caller, ending, filters).id}")
    return file_of(application, caller, filters, ending)


@router.get("/jobs/{job_id}")
def job(job_id: str, request: Request, application: AppDep, caller: Reader) -> Response:
    """How far a job is, what it refused, and what came of it."""
    found = own_job(application, job_id, caller)
    made = found.kind == "export" and found.state == "done"
    there = made and caller.may("export") and export_path(application, found).is_file()
    share = found.done / found.total if found.total else None
    name = seen(application, {"name": found.payload.get("name")}, caller)
    values = {"job": job_json(found), "share": share, "there": there, "name": name}
    return show(request, "job.html", **values, running=found.state in {"queued", "running"})


@router.post("/jobs/{job_id}/cancel")
def cancel(job_id: str, application: AppDep, caller: Reader, form: PostedForm) -> Response:  # noqa: ARG001 - checks the token
    """Stop a job after the row it is at; what it stored stays."""
    application.stores.jobs.cancel(own_job(application, job_id, caller).id)
    return moved(f"/jobs/{job_id}")


def _page(
    request: Request, application: App, caller: Caller, wanted: FilterInput, error: InvalidInput | None = None
) -> Response:  # fmt: skip
    try:
        filters = make_filters(application, wanted, caller)
    except InvalidInput as refused:
        error, filters = refused, None
    count = application.stores.reports.count(filters) if filters else 0
    ngo = seen(application, application.stores.reports.ngo(filters.ngo), caller) if filters and filters.ngo else None
    kept = plain(wanted)
    values = {"wanted": wanted, "kept": kept, "count": count, "ngo": ngo, "formats": FORMATS, "error": error}
    more = {"at_once": AT_ONCE, "masked": not caller.sees_personal, "list_query": urlencode(kept)}
    return show(request, "export.html", status_of(error) if error else 200, **values, **more)
