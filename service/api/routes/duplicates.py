"""Reports that were sent before: what was found, and what reviewers say of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from nlp.types import Duplicate
from service.api.context import AppDep, own_report, told_list
from service.api.schemas import PROBLEM, DuplicateInput, DuplicateList
from service.api.security import Caller, require

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]


@router.get("/{report_id}/duplicates", responses={200: {"model": DuplicateList}, 404: PROBLEM})
def duplicates(
    report_id: str,
    application: AppDep,
    caller: Reader,
    dismissed: Annotated[bool, Query(description="Those too that a reviewer set apart.")] = False,  # noqa: FBT002 - FastAPI reads it
) -> JSONResponse:
    """Other reports with the same work, sentence by sentence (command line: `samanyar duplicates --report ID`)."""
    own_report(application, report_id, caller)
    found = application.duplicates.of(report_id, dismissed=dismissed)
    return told_list(application, visible(found, caller), caller, of=report_id)


@router.post("/{report_id}/duplicates/{other_id}", responses={200: {"model": DuplicateList}, 404: PROBLEM})
def judge_duplicate(report_id: str, other_id: str, said: DuplicateInput, application: AppDep, caller: Reviewer) -> JSONResponse:
    """Remember whether two reports are duplicates; «not a duplicate» is never shown again as one. Answers with what is left."""
    for each in (report_id, other_id):
        own_report(application, each, caller)
    found = application.duplicates.judge(report_id, other_id, duplicate=said.duplicate, by=caller.id)
    return told_list(application, visible(found, caller), caller, of=report_id)


def visible(found: list[Duplicate], caller: Caller) -> list[Duplicate]:
    """A submitter sees those of its own NGO."""
    return [each for each in found if caller.ngo is None or (each.report.ngo and each.report.ngo.id == caller.ngo)]
