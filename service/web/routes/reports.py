"""Reports: the list, and one of them beside what the machine and the reviewers say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.types import Filters
from service.api.context import AppDep, as_seen, make_filters, own_report, seen
from service.api.security import Caller, require
from service.web.pages import PageFilters, show
from service.web.report_page import report_page

router = APIRouter(prefix="/reports")
Reader = Annotated[Caller, Depends(require("read"))]
PAGE, SIMILAR = 25, 5


@router.get("")
def reports(request: Request, application: AppDep, caller: Reader, wanted: PageFilters, cursor: str | None = None) -> Response:
    """Stored reports that match, newest first."""
    filters = make_filters(application, wanted, caller)
    page = application.stores.reports.list(filters, PAGE, cursor)
    items = [as_seen(application, report, caller) for report in page.items]
    ngo = seen(application, application.stores.reports.ngo(filters.ngo), caller) if filters.ngo else None
    count = application.stores.reports.count(filters)
    return show(request, "reports.html", items=items, next=page.next, count=count, wanted=wanted, ngo=ngo)


@router.get("/{report_id}")
def report(report_id: str, request: Request, application: AppDep, caller: Reader) -> Response:
    """One report."""
    found = own_report(application, report_id, caller)
    application.stores.audit.record("report.read", f"report:{found.id}", {"version": found.version})
    return report_page(request, application, caller, found)


@router.get("/{report_id}/similar")
def similar(report_id: str, request: Request, application: AppDep, caller: Reader) -> Response:
    """Initiatives like this one."""
    report = as_seen(application, own_report(application, report_id, caller), caller)
    application.stores.audit.record("report.read", f"report:{report.id}", {"part": "similar"})
    found = application.search.similar_reports(report_id, Filters(ngo=caller.ngo), SIMILAR)
    return show(request, "alike.html", report=report, similar=seen(application, found, caller))
