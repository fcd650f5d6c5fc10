"""Long tasks: how far they are, and stopping them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from nlp.bootstrap import App
from nlp.errors import NotFound
from nlp.ports import Job
from service.api.context import AppDep
from service.api.jobs import job_json
from service.api.schemas import PROBLEM, JobShape
from service.api.security import Caller, require

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses={200: {"model": JobShape}, 404: PROBLEM})


@router.get("/{job_id}")
def get(job_id: str, application: AppDep, caller: Annotated[Caller, Depends(require("read"))]) -> JSONResponse:
    """How far a job is, and what it refused."""
    return JSONResponse(job_json(own_job(application, job_id, caller)))


@router.delete("/{job_id}")
def cancel(job_id: str, application: AppDep, caller: Annotated[Caller, Depends(require("read"))]) -> JSONResponse:
    """Stop a job after the row it is at; what it stored stays."""
    own_job(application, job_id, caller)
    return JSONResponse(job_json(application.stores.jobs.cancel(job_id)))


def own_job(application: App, job_id: str, caller: Caller) -> Job:
    """A job that this caller may see. :raises NotFound: also for another one's."""
    job = application.stores.jobs.get(job_id)
    if job.owner != caller.id and not caller.may("admin"):
        raise NotFound("چنین کاری نیست.", f"no job {job.id}")
    return job
