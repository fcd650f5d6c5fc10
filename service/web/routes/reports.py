"""Reports: the list, one of them beside what the machine and the reviewers say, and deciding on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.errors import Claimed, InvalidInput, VersionConflict
from nlp.review.versions import steps
from nlp.types import Filters, Report
from service.api.context import AppDep, as_seen, make_filters, own_report, seen
from service.api.routes.duplicates import visible
from service.api.schemas import FilterInput
from service.api.security import Caller, require, require_unbound
from service.web.pages import Names, PageFilters, PostedForm, field, fields, moved, show, status_of
from service.web.reading import Draft, decision_of, draft_of, read, summary_pieces
from service.web.routes.queue import following, release

router = APIRouter(prefix="/reports")
Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require_unbound("review"))]
PAGE, SIMILAR = 25, 5


@router.get("")
def reports(request: Request, application: AppDep, caller: Reader, wanted: PageFilters, cursor: str | None = None) -> Response:
    """Stored reports that match, newest first."""
    filters = make_filters(application, wanted, caller)
    page = application.stores.reports.list(filters, PAGE, cursor)
    items = [as_seen(application, report, caller) for report in page.items]
    ngo = application.stores.reports.ngo(filters.ngo) if filters.ngo else None
    count = application.stores.reports.count(filters)
    return show(request, "reports.html", items=items, next=page.next, count=count, wanted=wanted, ngo=ngo)


@router.get("/{report_id}")
def report(report_id: str, request: Request, application: AppDep, caller: Reader) -> Response:
    """One report."""
    found = own_report(application, report_id, caller)
    application.stores.audit.record("report.read", f"report:{found.id}", {"version": found.version})
    return _page(request, application, caller, found, draft_of(as_seen(application, found, caller)))


@router.post("/{report_id}/decision")
def decide(report_id: str, request: Request, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Accept, correct or reject the version that the reviewer saw. What somebody else did meanwhile is shown beside what they
    chose, and nothing of it is lost."""
    draft = Draft(fields(form, "domains"), field(form, "summary"), fields(form, "source"), field(form, "note"))
    found = own_report(application, report_id, caller)
    seen_version = field(form, "version")
    version = int(seen_version) if seen_version.isascii() and seen_version.isdigit() and len(seen_version) < 10 else 0
    try:
        decision = decision_of(found, draft, reject=field(form, "action") == "reject")
        application.reviews.decide(report_id, decision, version, by=caller.id)
    except (InvalidInput, VersionConflict, Claimed) as error:
        shown = application.stores.reports.get(report_id)
        since = version if isinstance(error, VersionConflict) else None
        return _page(request, application, caller, shown, draft, status=status_of(error), error=error, since=since)
    wanted = FilterInput(domain=field(form, "domain") or None, province=field(form, "province") or None)
    if field(form, "action") == "stay" or field(form, "from") != "queue":
        return moved(f"/reports/{report_id}?{urlencode({'saved': decision.verdict})}")
    return moved(following(application, caller, make_filters(application, wanted, caller), None, done=report_id))


@router.post("/{report_id}/claim")
def claim(report_id: str, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:  # noqa: ARG001 - checks the token
    """Work on it alone."""
    own_report(application, report_id, caller)
    application.queue.claim(report_id, caller.id)
    return moved(f"/reports/{report_id}?from=queue")


@router.post("/{report_id}/release")
def give_back(report_id: str, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:  # noqa: ARG001 - the same
    """Leave it to others."""
    own_report(application, report_id, caller)
    release(application, report_id, caller)
    return moved("/queue")


@router.post("/{report_id}/duplicates/{other_id}")
def judge(report_id: str, other_id: str, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Say whether two reports are one."""
    for each in (report_id, other_id):
        own_report(application, each, caller)
    application.duplicates.judge(report_id, other_id, duplicate=field(form, "duplicate") == "yes", by=caller.id)
    kept = {name: field(form, name) for name in ("from", "prev", "domain", "province") if field(form, name)}
    return moved(f"/reports/{report_id}?{urlencode(kept)}#duplicates")


def _page(
    request: Request,
    application: App,
    caller: Caller,
    found: Report,
    draft: Draft,
    *,
    status: int = 200,
    error: Exception | None = None,
    since: int | None = None,
) -> Response:
    """since: the version that was seen when somebody else changed it."""
    shown = as_seen(application, found, caller)
    may_review = caller.may("review") and caller.ngo is None
    duplicates = visible(application.duplicates.of(found.id, dismissed=may_review), caller)
    similar = application.search.similar_reports(found.id, Filters(ngo=caller.ngo), SIMILAR)
    history = steps(application.stores.reviews.versions(found.id)) if may_review else []
    values: Mapping[str, Any] = {
        "reading": read(shown, Names(application), draft.domains),
        "summary": summary_pieces(shown.summary),
        "draft": draft,
        "duplicates": seen(duplicates, caller),
        "similar": seen(similar, caller),
        "history": history,
        "reviews": application.stores.reviews.of(found.id) if may_review else (),
        "claim": application.queue.holder(found.id) if may_review else None,
        "may_review": may_review,
        "error": error,
        "since": since,
        "newer": [step for step in history if since is not None and step.version > since],
    }
    return show(request, "report.html", status, **values)
