"""For choosing partners and for trusting the machine: NGOs side by side, and how well machine and reviewers agree."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from nlp.adapters.writers.delimited import csv_of
from service.api.context import CSV, AppDep, answer, sent_csv, told
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
    return told(application, found, caller)


@router.get("/quality", responses=CSV)
def agreement(
    application: AppDep,
    caller: Reader,  # noqa: ARG001 - checks the scope
    ending: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    """Machine and reviewers by domain and Jalali month, calibration, precision on the random audit, reviewers among themselves,
    and the decisions that wait to be learned from; as CSV the first of these."""
    found = application.agreements.of(application.settings.model_since)
    if ending == "json":
        return answer(found)
    domains = application.taxonomy.by_code
    lines = (
        (
            each.month,
            each.domain,
            domains[each.domain].fa if each.domain in domains else "",
            each.machine,
            each.reviewer,
            each.both,
        )
        for each in found.agreement
    )
    return sent_csv("agreement.csv", csv_of(("month", "domain", "domain_name", "machine", "reviewer", "both"), lines))
