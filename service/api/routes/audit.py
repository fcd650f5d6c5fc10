"""Who did what, for administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from nlp.errors import InvalidInput
from service.api.context import AppDep, listed
from service.api.people_schemas import AuditList
from service.api.security import Caller, require_unbound

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/audit", responses={200: {"model": AuditList}})
def audit(
    application: AppDep,
    caller: Annotated[Caller, Depends(require_unbound("admin"))],  # noqa: ARG001 - checks the scope
    since: Annotated[AwareDatetime | None, Query(description="ISO 8601 with its time zone.")] = None,
    actor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> JSONResponse:
    """The audit log, newest first (command line: `samanyar audit list`)."""
    try:
        moment: datetime | None = since and since.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput("این زمان بیرون از تقویم است.", detail="since is out of range") from error
    page = application.stores.audit.list(limit, cursor, since=moment, by=actor)
    return listed(page.items, page.next)
