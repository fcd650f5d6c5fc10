"""What reviewers decide on a report, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse

from nlp.review.decisions import Decision, EditedSummary
from nlp.review.versions import steps
from nlp.types import Span
from service.api.context import AppDep, answer, as_seen, listed, own_report
from service.api.review_schemas import ReviewInput, ReviewList, StepList
from service.api.routes.reports import etag, expected_version
from service.api.schemas import PROBLEM, ReportShape
from service.api.security import Caller, require, require_unbound

router = APIRouter(prefix="/v1/reports", tags=["reviews"])
Reviewer = Annotated[Caller, Depends(require("review"))]


@router.post(
    "/{report_id}/reviews", status_code=201, responses={201: {"model": ReportShape}, 409: PROBLEM, 412: PROBLEM, 428: PROBLEM}
)
def decide(
    report_id: str,
    said: ReviewInput,
    application: AppDep,
    caller: Annotated[Caller, Depends(require_unbound("review"))],
    if_match: Annotated[str | None, Header()] = None,
) -> JSONResponse:
    """Accept a report as it is, correct its domains or summary, or reject it with a note; answers with the report."""
    own_report(application, report_id, caller)
    summary = None
    if said.summary is not None:
        spans = tuple(Span(each.field, each.start, each.end, each.text) for each in said.summary.sentences)
        summary = EditedSummary(said.summary.text, spans)
    decision = Decision(said.decision, None if said.domains is None else tuple(said.domains), summary, said.note)
    report = application.reviews.decide(report_id, decision, expected_version(if_match), by=caller.id)
    return answer(as_seen(application, report, caller), 201, {"ETag": etag(report)})


@router.get("/{report_id}/reviews", responses={200: {"model": ReviewList}, 404: PROBLEM})
def decisions(report_id: str, application: AppDep, caller: Reviewer) -> JSONResponse:
    """Every decision on this report, oldest first, beside what the machine had said."""
    own_report(application, report_id, caller)
    return listed(application.stores.reviews.of(report_id))


@router.get("/{report_id}/history", responses={200: {"model": StepList}, 404: PROBLEM})
def history(report_id: str, application: AppDep, caller: Reviewer) -> JSONResponse:
    """Every version of this report, oldest first: who made it, when, and which fields they changed."""
    own_report(application, report_id, caller)
    return listed(steps(application.stores.reviews.versions(report_id)))
