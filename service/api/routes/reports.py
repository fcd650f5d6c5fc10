"""Stored reports: create from JSON or a file, list, get, change, delete, neighbours."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from nlp.bootstrap import App
from nlp.errors import FieldError, InvalidInput
from nlp.pipelines.fields import parse_row
from nlp.ports import Put
from nlp.types import Filters, Reject, Report, Row, Source
from service.api.context import (
    AppDep,
    FiltersDep,
    MetricsDep,
    answer,
    as_seen,
    bound,
    given,
    listed,
    make_filters,
    own_report,
    told_list,
)
from service.api.errors import Refused, invalid, problem, respond, speaks_persian
from service.api.exports import drop_exports
from service.api.idempotency import once
from service.api.incoming import Incoming, read_incoming
from service.api.jobs import create_job, drop_upload, job_json
from service.api.schemas import PROBLEM, HitList, JobShape, ReportList, ReportPatch, ReportShape, TextInput
from service.api.security import Caller, require

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Reader = Annotated[Caller, Depends(require("read"))]
Submitter = Annotated[Caller, Depends(require("submit"))]
Reviewer = Annotated[Caller, Depends(require("review"))]
_FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
_BODY = {
    "requestBody": {
        "content": {
            "application/json": {"schema": TextInput.model_json_schema(by_alias=True)},
            "multipart/form-data": {"schema": _FORM},
        }
    }
}


def etag(report: Report) -> str:
    """A strong tag: the report's version."""
    return f'"{report.version}"'


@router.post(
    "",
    status_code=201,
    responses={201: {"model": ReportShape}, 202: {"model": JobShape}, 422: PROBLEM},
    openapi_extra=_BODY,
)
def create(
    request: Request,
    application: AppDep,
    metrics: MetricsDep,
    caller: Submitter,
    incoming: Annotated[Incoming, Depends(read_incoming)],
) -> Response:
    """Analyse and store a report (201), or take a table or a scan in as a job (202)."""

    def work() -> JSONResponse:
        if incoming.file_name is not None:
            return _from_file(request, application, caller, incoming)
        try:
            fields = given(TextInput.model_validate(dict(incoming.fields)))
        except ValidationError as error:
            raise invalid(error, persian=speaks_persian(request.headers)) from error
        put = application.ingest.submit(bound(application, application.ingest.parse(fields), caller), caller.ngo)
        metrics.analysed.inc()
        return _stored(application, put, caller)

    return once(request, application.stores.idempotency, caller.id, incoming.digest, work)


def _stored(application: App, put: Put, caller: Caller) -> JSONResponse:
    headers = {"Location": f"/v1/reports/{put.report.id}", "ETag": etag(put.report)}
    return answer(as_seen(application, put.report, caller), 200 if put.outcome == "unchanged" else 201, headers)


def _from_file(request: Request, application: App, caller: Caller, incoming: Incoming) -> JSONResponse:
    """One report in the file: now. Several rows, or a scan: a job."""
    name = incoming.file_name or "file"
    check_form_fields(application, incoming.fields)
    if len(incoming.file) > application.settings.limits.file_bytes:
        raise Refused("request_too_large", "فایل از ۲۰ مگابایت بزرگ‌تر است.", "the file is over the limit")
    with tempfile.TemporaryDirectory(prefix="samanyar-") as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        path.write_bytes(incoming.file)
        if application.reader.needs_ocr(path):
            return _as_job(application, caller, incoming)
        rows = list(islice(application.reader.read(path, name=name), 2))
    if len(rows) == 1 and isinstance(rows[0], Row):
        row = Row({**rows[0].values, **incoming.fields}, rows[0].source, rows[0].extra)
        parsed = parse_row(application.parser, row)
        if not isinstance(parsed, Reject):
            return _stored(application, application.ingest.submit(bound(application, parsed, caller), caller.ngo), caller)
        return _unreadable(request, parsed)
    if len(rows) > 1:
        return _as_job(application, caller, incoming)
    return _unreadable(
        request, rows[0] if rows and isinstance(rows[0], Reject) else Reject(Source(name), "empty_text", "فایل خالی است.")
    )


def check_form_fields(application: App, fields: Mapping[str, Any]) -> None:
    """What the form says of the file must be right, as in JSON. :raises InvalidInput:"""
    application.parser.submission({**fields, "text": "متن فایل"})


def _as_job(application: App, caller: Caller, incoming: Incoming) -> JSONResponse:
    if "id" in incoming.fields:
        errors = [FieldError("/id", "این فایل چند گزارش دارد؛ شناسه را در ستونی از خود جدول بنویسید.")]
        raise InvalidInput(errors[0].detail, errors, "an id names one report, and this file becomes a job of many")
    job = create_job(application, caller, incoming)
    return JSONResponse(job_json(job), status_code=202, headers={"Location": f"/v1/jobs/{job.id}"})


def _unreadable(request: Request, reject: Reject) -> JSONResponse:
    persian = speaks_persian(request.headers)
    body = problem("unreadable_file", persian=persian, instance=request.url.path, detail=reject.message, subtype=reject.code)
    response = respond(body)
    assert isinstance(response, JSONResponse)  # noqa: S101 - respond makes one
    return response


@router.get("", responses={200: {"model": ReportList}})
def list_reports(
    application: AppDep,
    caller: Reader,
    wanted: FiltersDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> JSONResponse:
    """Stored reports, newest first."""
    page = application.stores.reports.list(make_filters(application, wanted, caller), limit, cursor)
    return listed([as_seen(application, report, caller) for report in page.items], page.next)


@router.get("/{report_id}", responses={200: {"model": ReportShape}, 404: PROBLEM})
def get(report_id: str, application: AppDep, caller: Reader, if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """One report with its analysis; its ETag is needed to change it."""
    report = own_report(application, report_id, caller)
    if if_none_match == etag(report):
        return Response(status_code=304, headers={"ETag": etag(report)})
    application.stores.audit.record("report.read", f"report:{report.id}", {"version": report.version})
    return answer(as_seen(application, report, caller), headers={"ETag": etag(report)})


@router.patch("/{report_id}", responses={200: {"model": ReportShape}, 412: PROBLEM, 428: PROBLEM})
def change(
    report_id: str,
    patch: ReportPatch,
    application: AppDep,
    caller: Reviewer,
    if_match: Annotated[str | None, Header()] = None,
) -> JSONResponse:
    """Change fields; other text or title is analysed anew."""
    own_report(application, report_id, caller)
    changes: dict[str, Any] = given(patch)
    if caller.ngo is not None:
        changes.pop("ngo", None)
    report = application.ingest.change(report_id, changes, expected_version(if_match))
    return answer(as_seen(application, report, caller), headers={"ETag": etag(report)})


@router.delete("/{report_id}", status_code=204, responses={412: PROBLEM, 428: PROBLEM})
def delete(report_id: str, application: AppDep, caller: Reviewer, if_match: Annotated[str | None, Header()] = None) -> Response:
    """Delete a report and everything that was derived from it."""
    report = own_report(application, report_id, caller)
    version = expected_version(if_match)
    application.duplicates.forget(report_id, version)
    drop_upload(application, report)
    drop_exports(application)
    return Response(status_code=204)


def expected_version(if_match: str | None) -> int:
    """The version that `If-Match` names. :raises Refused: it is missing (428). :raises InvalidInput: it is no tag of ours."""
    if if_match is None:
        raise Refused(
            "precondition_required", "شناسهٔ نسخه (ETag) را در سرآیند If-Match بفرستید.", "send If-Match with the ETag"
        )
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.isascii() or not tag.isdigit() or len(tag) > 18:
        raise InvalidInput("سرآیند If-Match درست نیست.", detail="If-Match is not an ETag of this service")
    return int(tag)


@router.get("/{report_id}/similar", responses={200: {"model": HitList}, 404: PROBLEM})
def similar(report_id: str, application: AppDep, caller: Reader, k: Annotated[int, Query(ge=1, le=100)] = 10) -> JSONResponse:
    """Reports like this one (command line: `samanyar similar --report ID`)."""
    own_report(application, report_id, caller)
    return told_list(application.search.similar_reports(report_id, Filters(ngo=caller.ngo), k), caller)
