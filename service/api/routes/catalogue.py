"""What there is to choose from: domains, groups, models, coverage."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from nlp.adapters.writers.delimited import csv_of
from nlp.bootstrap import App
from nlp.pipelines.coverage import Coverage, coverage
from service.api.context import CSV, AppDep, FiltersDep, answer, make_filters, sent_csv
from service.api.jobs import job_json
from service.api.previews import create_preview, shelved
from service.api.schemas import PROBLEM, JobShape
from service.api.security import Caller, require, require_unbound

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
        for each in shelved(application)
    ]
    return answer({"items": items, "next": None})


@router.post("/models/{name}/preview", status_code=202, responses={202: {"model": JobShape}, 404: PROBLEM, 409: PROBLEM})
def preview(name: str, application: AppDep, caller: Annotated[Caller, Depends(require_unbound("admin"))]) -> JSONResponse:
    """Read every stored report with a model that is not in use, as a job whose result says which of them would change domains
    (command line: `samanyar models promote NAME --dry-run`)."""
    job = create_preview(application, caller, name)
    return JSONResponse(job_json(job), status_code=202, headers={"Location": f"/v1/jobs/{job.id}"})


@router.get("/coverage", responses=CSV)
def cover(
    application: AppDep,
    caller: Reader,
    wanted: FiltersDep,
    ending: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    """Domain × province, zeros included, of the reports that match; totals; and `gaps`, zeros where reports were to
    be expected. A filter by domain or group leaves its rows only (command line: `samanyar coverage`)."""
    filters = make_filters(application, wanted, caller)
    found = coverage(application.stores.reports, application.taxonomy, application.provinces, filters)
    return answer(found) if ending == "json" else sent_csv("coverage.csv", _table(application, found))


def _table(application: App, found: Coverage) -> bytes:
    expected = {(gap.domain, gap.province): gap.expected for gap in found.gaps}
    domains, name = application.taxonomy.by_code, application.provinces.name
    header = ("domain", "domain_name", "province", "province_name", "reports", "ngos", "expected_but_none")
    return csv_of(
        header,
        (
            (
                c.domain,
                domains[c.domain].fa,
                c.province,
                name(c.province),
                c.reports,
                c.ngos,
                expected.get((c.domain, c.province)),
            )
            for c in found.cells
        ),
    )
