"""How far the machine may be trusted: it and the reviewers, and the reviewers among themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.api.context import AppDep
from service.api.security import Caller, require_unbound
from service.web.pages import Names, show
from service.web.quality import FEW, figures

router = APIRouter()


@router.get("/quality")
def agreement(
    request: Request,
    application: AppDep,
    caller: Annotated[Caller, Depends(require_unbound("read"))],  # noqa: ARG001 - checks the scope
) -> Response:
    """Agreement by domain and month, calibration, precision on the random audit, reviewers among themselves."""
    found = application.agreements.of(application.settings.model_since)
    return show(request, "quality.html", figures=figures(found, Names(application)), few=FEW)
