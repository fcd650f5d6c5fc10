"""The reviewers' queue: what waits and why, and taking the next one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.errors import Claimed, NotFound
from nlp.types import Filters
from service.api.context import AppDep, make_filters
from service.api.schemas import FilterInput
from service.api.security import Caller, require_unbound
from service.web.pages import PageFilters, PostedForm, field, moved, show

router = APIRouter()
Reviewer = Annotated[Caller, Depends(require_unbound("review"))]
PAGE = 25
TRIES = 5
"""How often the next one is looked for when others take what was found."""


@router.get("/queue")
def queue(
    request: Request,
    application: AppDep,
    caller: Reviewer,
    wanted: PageFilters,
    cursor: str | None = None,
    done: str | None = None,
) -> Response:
    """What waits, the most urgent first. done: the report that was decided last, when nothing else waits."""
    filters = make_filters(application, wanted, caller)
    page, counts = application.queue.waiting(filters, PAGE, cursor), application.queue.counts(filters)
    return show(request, "queue.html", page=page, counts=counts, wanted=wanted, done=done)


@router.post("/queue/next")
def take(application: AppDep, caller: Reviewer, form: PostedForm) -> Response:
    """Claim the first that nobody else holds, after the report `after`, which is given back; and open it."""
    wanted = FilterInput(domain=field(form, "domain") or None, province=field(form, "province") or None)
    after = field(form, "after") or None
    if after is not None:
        release(application, after, caller)
    return moved(following(application, caller, make_filters(application, wanted, caller), after))


def release(application: App, report_id: str, caller: Caller) -> None:
    """Give a report back, unless somebody else holds it by now or it is gone."""
    try:
        application.queue.release(report_id, caller.id)
    except (Claimed, NotFound):
        return


def following(application: App, caller: Caller, filters: Filters, after: str | None, done: str | None = None) -> str:
    """The address of the report to look at next, which is the caller's from now on; of the queue, when nothing is left.
    done: the report that was just decided."""
    asked = {"domain": filters.domain, "province": filters.province}
    chosen = {name: value for name, value in asked.items() if value}
    for _ in range(TRIES):
        found = application.queue.next(filters, caller.id, after)
        if found is None and after is not None:
            after = None  # past the end: begin again
            continue
        if found is None:
            break
        try:
            application.queue.claim(found.report.id, caller.id)
        except Claimed:
            continue
        previous = done or after
        return (
            f"/reports/{found.report.id}?{urlencode({'from': 'queue', **({'prev': previous} if previous else {}), **chosen})}"
        )
    return "/queue?" + urlencode({**chosen, **({"done": done} if done else {})})
