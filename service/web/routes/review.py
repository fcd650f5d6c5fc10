"""What a reviewer does with a report: decide, hold, set apart from duplicates, mend, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from nlp.bootstrap import App
from nlp.errors import Claimed, InvalidInput, SamanyarError, VersionConflict
from nlp.types import Report
from service.api.context import AppDep, make_filters, not_held, own_report
from service.api.routes.reports import delete_report
from service.api.schemas import FilterInput
from service.api.security import Caller, require_unbound
from service.web.pages import PostedForm, field, fields, moved, status_of
from service.web.reading import Draft, decision_of
from service.web.report_page import MENDED, fields_of, report_page
from service.web.routes.queue import following, release

router = APIRouter(prefix="/reports")
Reviewer = Annotated[Caller, Depends(require_unbound("review"))]


@router.post("/{report_id}/decision")
def decide(report_id: str, request: Request, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Accept, correct or reject the version that the reviewer saw. What somebody else did meanwhile is shown beside what they
    chose, and nothing of it is lost. :raises NotFound:"""
    draft = Draft(fields(form, "domains"), field(form, "summary"), fields(form, "source"), field(form, "note"))
    found = own_report(application, report_id, caller)
    version = version_of(form)
    wanted = FilterInput(domain=field(form, "domain") or None, province=field(form, "province") or None)
    filters = make_filters(application, wanted, caller)
    try:
        decision = decision_of(found, draft, field(form, "action"))
        application.reviews.decide(report_id, decision, version, by=caller.id)
    except (InvalidInput, VersionConflict, Claimed) as error:
        shown = application.stores.reports.get(report_id)
        since = version if isinstance(error, VersionConflict) else None
        return report_page(request, application, caller, shown, draft, status=status_of(error), error=error, since=since)
    if field(form, "from") != "queue":
        return moved(f"/reports/{report_id}?{urlencode({'saved': decision.verdict})}")
    return moved(following(application, caller, filters, None, done=report_id))


@router.post("/{report_id}/fields")
def change(report_id: str, request: Request, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Mend what came with the report: title, NGO, province, city, period. Another title is read anew. :raises NotFound:"""
    found = own_report(application, report_id, caller)
    try:
        not_held(application, report_id, caller)
        application.ingest.change(report_id, _changes(found, form), version_of(form))
    except (InvalidInput, VersionConflict, Claimed) as error:
        return _refused(request, application, caller, report_id, error, mended={name: field(form, name) for name in MENDED})
    return moved(f"/reports/{report_id}?{urlencode({'saved': 'fields'})}")


@router.post("/{report_id}/delete")
def delete(report_id: str, request: Request, application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Delete it with everything that was derived from it, once the reviewer has said that they mean it.
    :raises NotFound:"""
    found = own_report(application, report_id, caller)
    error: SamanyarError = InvalidInput("برای حذف، نخست خانهٔ تأیید را بزنید.", detail="the box was not ticked")
    if field(form, "sure") == "yes":
        try:
            not_held(application, report_id, caller)
            delete_report(application, found, version_of(form))
            return moved("/reports?deleted=yes")
        except (VersionConflict, Claimed) as refused:
            error = refused
    return _refused(request, application, caller, report_id, error)


def _refused(
    request: Request,
    application: App,
    caller: Caller,
    report_id: str,
    error: SamanyarError,
    mended: Mapping[str, str] | None = None,
) -> Response:
    """The report as it stands, and why nothing was done. mended: what was typed into its fields."""
    shown = application.stores.reports.get(report_id)
    status = status_of(error)
    return report_page(request, application, caller, shown, status=status, error=error, mended=mended)


def version_of(form: FormData) -> int:
    """The version that the form was made of; 0 for what is none."""
    seen_version = field(form, "version")
    return int(seen_version) if seen_version.isascii() and seen_version.isdigit() and len(seen_version) < 10 else 0


def _changes(report: Report, form: FormData) -> dict[str, Any]:
    """Fields of the form that are not as they stood in it; spaces and line ends, which a browser may change, count as one."""
    before = fields_of(report)
    given = {name: field(form, name) for name in MENDED if name in form}
    return {name: value.strip() or None for name, value in given.items() if value.split() != before[name].split()}


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
    said = field(form, "duplicate")
    if said not in {"yes", "no"}:
        raise InvalidInput("بگویید تکراری است یا نیست.", detail="duplicate is yes or no")
    application.duplicates.judge(report_id, other_id, duplicate=said == "yes", by=caller.id)
    kept = {name: field(form, name) for name in ("from", "prev", "domain", "province") if field(form, name)}
    return moved(f"/reports/{report_id}?{urlencode(kept)}#duplicates")
