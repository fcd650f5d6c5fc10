"""What there is to choose from: domains, groups, models, coverage."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from nlp.pipelines.coverage import coverage
from service.api.context import AppDep, FiltersDep, answer, make_filters
from service.api.security import Caller, require

router = APIRouter(prefix="/v1", tags=["catalogue"])
Reader = Annotated[Caller, Depends(require("read"))]


@router.get("/domains")
def domains(application: AppDep, caller: Reader) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """The prevention domains and their groups."""
    taxonomy = application.taxonomy
    items = [{"code": d.code, "group": d.group, "fa": d.fa, "en": d.en, "covers": d.covers} for d in taxonomy.domains]
    return answer({"items": items, "next": None, "groups": taxonomy.groups, "taxonomy": taxonomy.label})


@router.get("/models")
def models(application: AppDep, caller: Reader) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """Every model that is shipped or was trained here (command line: `samanyar models list`). `in_use` is the one that this
    server answers with; `problem` says why a model would be refused."""
    ours = application.encoder.spec.sha256
    items = [
        {"name": each.name, "sha256": each.sha256, "in_use": each.sha256 == ours, "problem": each.problem}
        for each in application.settings.shelf.models()
    ]
    return answer({"items": items, "next": None})


@router.get("/coverage")
def cover(application: AppDep, caller: Reader, wanted: FiltersDep) -> JSONResponse:
    """Domain × province, zeros included, of the reports that match (command line: `samanyar coverage`)."""
    filters = make_filters(application, wanted, caller)
    return answer(coverage(application.stores.reports, application.taxonomy, application.provinces, filters))
