"""What to review next and why, and who is at it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from nlp.types import QueueReason
from service.api.context import AppDep, FiltersDep, answer, listed, make_filters
from service.api.review_schemas import ClaimShape, WaitingList, WaitingShape
from service.api.schemas import PROBLEM
from service.api.security import Caller, require_unbound

router = APIRouter(prefix="/v1/queue", tags=["queue"])
Reviewer = Annotated[Caller, Depends(require_unbound("review"))]


@router.get("", responses={200: {"model": WaitingList}})
def waiting(
    application: AppDep,
    caller: Reviewer,
    wanted: FiltersDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> JSONResponse:
    """Reports that wait for a reviewer: by reason, then the least sure, then the oldest."""
    page = application.queue.waiting(make_filters(application, wanted, caller), limit, cursor)
    return listed(page.items, page.next)


@router.get("/counts", responses={200: {"model": dict[QueueReason, int]}})
def counts(application: AppDep, caller: Reviewer, wanted: FiltersDep) -> JSONResponse:
    """How many wait, by their most urgent reason; reasons that none has are left out."""
    return answer(application.queue.counts(make_filters(application, wanted, caller)))


@router.get("/next", responses={200: {"model": WaitingShape}, 204: {"description": "Nothing waits."}})
def following(
    application: AppDep,
    caller: Reviewer,
    wanted: FiltersDep,
    after: Annotated[str | None, Query(description="The one after this report, which is left for later.")] = None,
) -> Response:
    """The first that nobody else holds; it is not claimed by this. 204 when nothing waits."""
    found = application.queue.next(make_filters(application, wanted, caller), caller.id, after)
    return Response(status_code=204) if found is None else answer(found)


@router.post("/{report_id}/claim", responses={200: {"model": ClaimShape}, 404: PROBLEM, 409: PROBLEM})
def claim(report_id: str, application: AppDep, caller: Reviewer) -> JSONResponse:
    """Work on a report alone for a while; again, to hold it longer. 409 names who holds it, and until when."""
    return answer(application.queue.claim(report_id, caller.id))


@router.delete("/{report_id}/claim", status_code=204, responses={404: PROBLEM, 409: PROBLEM})
def release(report_id: str, application: AppDep, caller: Reviewer) -> Response:
    """Give a report back."""
    application.queue.release(report_id, caller.id)
    return Response(status_code=204)
