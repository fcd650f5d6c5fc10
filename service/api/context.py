"""What routes share: the application, its limits on one NGO's keys, filters from requests, and JSON answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from nlp.bootstrap import App
from nlp.errors import Claimed, FieldError, InvalidInput, NotFound
from nlp.pipelines.duplicates import Duplicates
from nlp.pipelines.ingest import KEPT_EXTRA
from nlp.review.masking import masked_json, masked_report
from nlp.text.jalali import parse_date
from nlp.text.personal import masked_same_length
from nlp.types import Filters, NgoRef, Report, Status, Submission
from nlp.wire import to_json
from service.api.observe import Metrics
from service.api.schemas import FilterInput
from service.api.security import Caller


def get_app(request: Request) -> App:
    """The wired application."""
    return cast(App, request.app.state.application)


def get_metrics(request: Request) -> Metrics:
    """The application's metrics."""
    return cast(Metrics, request.app.state.metrics)


AppDep = Annotated[App, Depends(get_app)]
MetricsDep = Annotated[Metrics, Depends(get_metrics)]


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Any value of `nlp.types` in the one JSON shape."""
    return JSONResponse(to_json(value), status_code=status, headers=dict(headers or {}))


def listed(items: Any, following: str | None = None) -> JSONResponse:
    """The shape of every list."""
    return answer({"items": items, "next": following})


def seen(application: App, value: Any, caller: Caller, *, of: str | None = None) -> Any:
    """What was read out of reports as JSON data, as this caller may read it: spans are cut anew out of their masked reports, so
    that no piece of a number shows. of: the report that duplicates were asked for."""
    if caller.sees_personal:
        return to_json(value)

    @cache
    def original(report_id: str) -> Mapping[str, str] | None:
        try:
            report = application.stores.reports.get(report_id)
        except NotFound:
            return None
        return {"text": masked_same_length(report.text), "title": masked_same_length(report.title or "")}

    return masked_json(to_json(value), original, of)


def told(application: App, value: Any, caller: Caller, *, of: str | None = None) -> JSONResponse:
    """The same as an answer."""
    return answer(seen(application, value, caller, of=of))


def told_list(
    application: App, items: Any, caller: Caller, *, of: str | None = None, following: str | None = None
) -> JSONResponse:
    """A list of such things."""
    return told(application, {"items": items, "next": following}, caller, of=of)


CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}, "text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


def sent_csv(name: str, table: bytes) -> Response:
    """A table as a file to keep."""
    return Response(
        table, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def given(model: BaseModel) -> dict[str, Any]:
    """The fields that a request gave, under their JSON names."""
    return model.model_dump(exclude_unset=True, by_alias=True, mode="json")


def own_report(application: App, report_id: str, caller: Caller) -> Report:
    """A report that this caller may see. :raises NotFound: also for another NGO's report."""
    report = application.stores.reports.get(report_id)
    if caller.ngo is not None and (report.ngo is None or report.ngo.id != caller.ngo):
        raise NotFound("چنین گزارشی نیست.", f"no report {report_id}")
    return report


def not_held(application: App, report_id: str, caller: Caller) -> None:
    """:raises Claimed: another reviewer works on this report."""
    claim = application.queue.holder(report_id)
    if claim is not None and claim.by != caller.id:
        raise Claimed("بازبین دیگری روی این گزارش کار می‌کند.", claim)


def own_ngo(ngo_id: str, caller: Caller) -> None:
    """:raises NotFound: it is another NGO than the one that the caller is bound to."""
    if caller.ngo is not None and caller.ngo != ngo_id:
        raise NotFound("چنین سمنی نیست.", f"no ngo {ngo_id}")


def as_seen(application: App, report: Report, caller: Caller) -> Report:
    """A report as this caller may read it: without personal data that they need not see; an NGO is not told who reviewed its
    report, nor by `possible_duplicate` that another one sent the like."""
    if not caller.sees_personal:
        return masked_report(report)
    if caller.ngo is None:
        return report
    if report.review is not None:
        report = replace(report, review={**report.review, "by": None})
    if report.analysis is None or "possible_duplicate" not in report.analysis.review_reasons:
        return report
    found = application.duplicates.of(report.id)
    return Duplicates.marked(report, found=any(each.report.ngo and each.report.ngo.id == caller.ngo for each in found))


def bound(application: App, submission: Submission, caller: Caller) -> Submission:
    """A submitter's report is always of its own NGO, and no caller names the job that a report came with.
    :raises NotFound: its id is that of another NGO's report."""
    submission = replace(submission, extra={key: value for key, value in submission.extra.items() if key not in KEPT_EXTRA})
    if caller.ngo is not None and submission.id is not None and application.stores.reports.heads([submission.id]):
        own_report(application, submission.id, caller)
    return replace(submission, ngo=NgoRef(id=caller.ngo)) if caller.ngo is not None else submission


def make_filters(application: App, wanted: FilterInput, caller: Caller) -> Filters:
    """:raises InvalidInput: a code, name or date that means nothing."""
    errors = []
    if wanted.domain is not None and wanted.domain not in application.taxonomy.by_code:
        errors.append(FieldError("/domain", "حوزه‌ای با این کد نیست."))
    if wanted.group is not None and wanted.group not in application.taxonomy.group_codes:
        errors.append(FieldError("/group", "گروهی با این کد نیست."))
    province = application.provinces.resolve(wanted.province) if wanted.province else None
    if wanted.province and province is None:
        errors.append(FieldError("/province", "استان شناخته نشد."))
    days = {}
    for name, text, last in (("from", wanted.since, False), ("to", wanted.until, True)):
        try:
            days[name] = parse_date(text, last=last) if text else None
        except InvalidInput as error:
            errors.append(FieldError(f"/{name}", error.message))
    begin, end = days.get("from"), days.get("to")
    if begin and end and begin > end:
        errors.append(FieldError("/from", "آغاز بازه پس از پایان آن است."))
    if errors:
        raise InvalidInput(errors[0].detail, errors, "a filter means nothing")
    return Filters(
        domain=wanted.domain,
        group=wanted.group,
        province=province,
        ngo=caller.ngo or wanted.ngo,
        status=wanted.status,
        needs_review=None if caller.ngo is not None else wanted.needs_review,  # it would tell what other NGOs sent
        since=days["from"],
        until=days["to"],
        job=wanted.job,
    )


def known_parameters(request: Request) -> None:
    """Refuse a query parameter that the route does not know: a mistyped filter would show too much. :raises InvalidInput:"""
    route = request.scope["route"]
    known = _query_names(route.dependant) if hasattr(route, "dependant") else set(request.query_params)
    errors = [FieldError(f"/{name}", "چنین پارامتری نیست.") for name in request.query_params if name not in known]
    if errors:
        raise InvalidInput(errors[0].detail, errors, f"unknown query parameters: {', '.join(e.pointer[1:41] for e in errors)}")


def _query_names(dependant: Dependant) -> set[str]:
    """Names of the query parameters of a route and of what it depends on."""
    names = {parameter.alias for parameter in dependant.query_params}
    return names.union(*(_query_names(each) for each in dependant.dependencies))


def query_filters(
    domain: str | None = None,
    group: str | None = None,
    province: str | None = None,
    ngo: str | None = None,
    status: Status | None = None,
    needs_review: bool | None = None,  # noqa: FBT001 - a query parameter
    job: str | None = None,
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
) -> FilterInput:
    """The filters of lists and searches, from the query string."""
    return FilterInput.model_validate(
        {
            "domain": domain,
            "group": group,
            "province": province,
            "ngo": ngo,
            "status": status,
            "needs_review": needs_review,
            "job": job,
            "from": since,
            "to": until,
        }
    )


FiltersDep = Annotated[FilterInput, Depends(query_filters)]
