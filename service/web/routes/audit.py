"""Who did what, for administrators."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.errors import InvalidInput
from nlp.text.jalali import TEHRAN, parse_date
from service.api.context import AppDep
from service.api.security import Caller, require_unbound
from service.web.pages import show

router = APIRouter(prefix="/audit")
Admin = Annotated[Caller, Depends(require_unbound("admin"))]
PAGE = 100


@router.get("")
def audit(
    request: Request,
    application: AppDep,
    caller: Admin,  # noqa: ARG001 - checks the scope
    actor: str = "",
    since: str = "",
    cursor: str | None = None,
) -> Response:
    """The audit log, newest first. since: a Jalali or Gregorian day."""
    problem, moment = None, None
    try:
        if since.strip():
            moment = datetime.combine(parse_date(since, last=False), time(), TEHRAN).astimezone(UTC)
    except InvalidInput as error:
        problem = error.message
    page = application.stores.audit.list(PAGE, cursor, since=moment, by=actor.strip() or None)
    status = 422 if problem else 200
    return show(request, "audit.html", status, page=page, actor=actor, since=since, problem=problem)
