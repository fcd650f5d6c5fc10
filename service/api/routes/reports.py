"""Stored reports: create from JSON or a file, list, get, change, delete, neighbours."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from nlp.bootstrap import App
from nlp.errors import InvalidInput
from nlp.ports import Put
from nlp.types import Filters, Reject, Report
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
    not_held,
    own_report,
    told_list,
)
from service.api.errors import Refused, invalid, problem, respond, speaks_persian
from service.api.exports import drop_exports
from service.api.idempotency import once
from service.api.incoming import Incoming, read_incoming
from service.api.jobs import drop_upload, job_json
from service.api.schemas import PROBLEM, HitList, JobShape, ReportList, ReportPatch, ReportShape, TextInput
from service.api.security import Caller, require
from service.api.uploads import take_file

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
    taken = take_file(application, caller, incoming)
    if isinstance(taken, Put):
        return _stored(application, taken, caller)
    if isinstance(taken, Reject):
        return _unreadable(request, taken)
    return JSONResponse(job_json(taken), status_code=202, headers={"Location": f"/v1/jobs/{taken.id}"})


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
    """Change fields; other text or title is analysed anew. 409 while another reviewer works on it."""
    own_report(application, report_id, caller)
    not_held(application, report_id, caller)
    changes: dict[str, Any] = given(patch)
    if caller.ngo is not None:
        changes.pop("ngo", None)
    report = application.ingest.change(report_id, changes, expected_version(if_match))
    return answer(as_seen(application, report, caller), headers={"ETag": etag(report)})


@router.delete("/{report_id}", status_code=204, responses={412: PROBLEM, 428: PROBLEM})
def delete(report_id: str, application: AppDep, caller: Reviewer, if_match: Annotated[str | None, Header()] = None) -> Response:
    """Delete a report and everything that was derived from it. 409 while another reviewer works on it."""
    report = own_report(application, report_id, caller)
    not_held(application, report_id, caller)
    delete_report(application, report, expected_version(if_match))
    return Response(status_code=204)


def delete_report(application: App, report: Report, version: int) -> None:
    """:raises NotFound: :raises VersionConflict: it is another version by now."""
    application.duplicates.forget(report.id, version)
    drop_upload(application, report)
    drop_exports(application)


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
    return told_list(application, application.search.similar_reports(report_id, Filters(ngo=caller.ngo), k), caller)
