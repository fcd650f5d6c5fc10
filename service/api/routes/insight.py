"""For choosing partners and for trusting the machine: NGOs side by side, and how well machine and reviewers agree."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from nlp.review.quality import quality
from service.api.context import AppDep, answer, told
from service.api.security import Caller, require_unbound

router = APIRouter(prefix="/v1", tags=["insight"])
Reader = Annotated[Caller, Depends(require_unbound("read"))]


@router.get("/ngos/compare")
def compare(
    application: AppDep,
    caller: Reader,
    ids: Annotated[list[str], Query(alias="id", min_length=2, max_length=6, description="Two to six NGOs.")],
) -> JSONResponse:
    """NGOs side by side: domains with evidence, achievements by Jalali year, provinces."""
    found = application.comparisons.of(ids)
    for side in found.ngos:
        application.stores.audit.record("ngo.read", f"ngo:{side.ngo.id}", {"format": "comparison"})
    return told(found, caller)


@router.get("/quality")
def agreement(application: AppDep, caller: Reader) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """Machine and reviewers by domain and Jalali month, calibration, precision on the random audit, reviewers among themselves,
    and the decisions that wait to be learned from."""
    return answer(quality(application.stores.reviews.all(), application.settings.model_since))
