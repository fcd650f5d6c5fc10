"""Lists and dossiers as files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.background import BackgroundTask

from nlp.adapters.writers.dossier import write_dossier
from nlp.bootstrap import App
from nlp.errors import NotFound
from nlp.review.dossier import Dossier, masked_titles
from nlp.types import Filters
from service.api.context import AppDep, FiltersDep, make_filters, own_ngo, told, told_list
from service.api.exports import AT_ONCE, create_export, export_path, write_export
from service.api.jobs import job_json
from service.api.previews import KIND, read_preview
from service.api.schemas import PROBLEM, JobShape, NgoList
from service.api.security import Caller, require, require_unbound

router = APIRouter(prefix="/v1", tags=["export"])
Reader = Annotated[Caller, Depends(require("read"))]
Exporter = Annotated[Caller, Depends(require("export"))]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/export", response_class=FileResponse, responses={**_FILE, 202: {"model": JobShape}})
def export(
    application: AppDep,
    caller: Exporter,
    wanted: FiltersDep,
    ending: Annotated[Literal["xlsx", "csv", "jsonl", "parquet"], Query(alias="format")] = "xlsx",
) -> Response:
    """Stored reports as a file, oldest first; a job (202) where they are over 2,000 (command line: `samanyar export`)."""
    filters = make_filters(application, wanted, caller)
    if application.stores.reports.count(filters) > AT_ONCE:
        job = create_export(application, caller, ending, filters)
        return JSONResponse(job_json(job), status_code=202, headers={"Location": f"/v1/jobs/{job.id}"})
    return file_of(application, caller, filters, ending)


def file_of(application: App, caller: Caller, filters: Filters, ending: str) -> FileResponse:
    """The reports that match as a file, made now."""
    path = _folder() / f"reports.{ending}"
    try:
        write_export(application, filters, path, masked=not caller.sees_personal)
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return _sent(path)


@router.get("/jobs/{job_id}/result", response_class=FileResponse, responses={**_FILE, 404: PROBLEM})
def result(job_id: str, request: Request, application: AppDep, caller: Reader) -> Response:
    """What a job made: the file of an export (scope `export`), or the changes that a preview of a model found. A day later, or
    when a report was deleted meanwhile, it is gone."""
    job = application.stores.jobs.get(job_id)
    (require_unbound("read") if job.kind == KIND else require("export"))(request)
    missing = NotFound("چنین فایلی نیست.", f"no result of job {job_id}")
    if job.kind == KIND:
        found = read_preview(application, job)
        if found is None:
            raise missing
        application.stores.audit.record("export", f"job:{job.id}", {"format": "json"})
        return told(application, found, caller)
    path = export_path(application, job) if job.kind == "export" and job.state == "done" else None
    shows_more = not job.payload.get("masked", True) and not caller.sees_personal
    if path is None or not path.is_file() or shows_more or (job.owner != caller.id and not caller.may("admin")):
        raise missing
    application.stores.audit.record("export", f"job:{job.id}", {"format": path.suffix[1:]})
    return FileResponse(path, filename=f"reports{path.suffix}")


@router.get("/ngos", responses={200: {"model": NgoList}})
def ngos(
    application: AppDep,
    caller: Reader,
    q: Annotated[str, Query(max_length=300, description="A piece of its name, however it is spelled.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> JSONResponse:
    """NGOs by name, with how many reports each has (command line: `samanyar ngos list`)."""
    page = application.stores.reports.list_ngos(q, limit, cursor, only=caller.ngo)
    return told_list(application, page.items, caller, following=page.next)


@router.get("/ngos/{ngo_id}/dossier", responses={404: PROBLEM})
def dossier(
    ngo_id: str,
    application: AppDep,
    caller: Reader,
    ending: Annotated[Literal["json", "docx"], Query(alias="format")] = "json",
) -> Response:
    """An NGO's profile, reports by Jalali year, totals and similar NGOs; as JSON, or as a Word document to print."""
    own_ngo(ngo_id, caller)
    found = application.dossiers.of(ngo_id, similar=0 if caller.ngo is not None else 5)
    application.stores.audit.record("ngo.read", f"ngo:{found.ngo.id}", {"format": ending})
    if ending == "json":
        return told(application, found, caller)
    path = _folder() / "dossier.docx"
    _write(application, found if caller.sees_personal else masked_titles(found), path)
    return _sent(path)


def _write(application: App, found: Dossier, path: Path) -> None:
    domains, facets = application.taxonomy.by_code, application.facets.by_code
    names = {
        "domains": lambda code: domains[code].fa if code in domains else code,
        "activities": lambda code: facets[code].fa if code in facets else code,
        "target_groups": lambda code: facets[code].fa if code in facets else code,
        "provinces": application.provinces.name,
    }
    write_dossier(found, path, names)


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="samanyar-"))


def _sent(path: Path) -> FileResponse:
    """The file, removed with its folder once it was sent."""
    return FileResponse(path, filename=path.name, background=BackgroundTask(shutil.rmtree, path.parent, ignore_errors=True))
