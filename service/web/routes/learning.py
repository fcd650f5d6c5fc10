"""What reviewers taught and no model has learned yet, and what another model would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.errors import Busy, InvalidInput, NotFound
from service.api.context import AppDep, seen
from service.api.previews import KIND, create_preview, previews, read_preview, shelved
from service.api.security import Caller, require_unbound
from service.web.learning import candidates, lessons
from service.web.pages import Names, PostedForm, field, moved, show, status_of

router = APIRouter(prefix="/learning")
Admin = Annotated[Caller, Depends(require_unbound("admin"))]


@router.get("")
def page(request: Request, application: AppDep, caller: Annotated[Caller, Depends(require_unbound("read"))]) -> Response:
    """Decisions that wait, models, and what each would change."""
    return _page(request, application, caller)


@router.post("/preview")
def begin(request: Request, application: AppDep, caller: Admin, form: PostedForm) -> Response:
    """Read every report with the model that is named."""
    try:
        create_preview(application, caller, field(form, "model"))
    except (InvalidInput, NotFound, Busy) as error:
        return _page(request, application, caller, error)
    return moved("/learning#models")


@router.post("/cancel")
def stop(application: AppDep, caller: Admin, form: PostedForm) -> Response:  # noqa: ARG001 - checks the scope
    """Stop the reading."""
    job = application.stores.jobs.get(field(form, "job"))
    if job.kind != KIND:
        raise NotFound("چنین کاری نیست.", f"job {job.id} is no preview")
    application.stores.jobs.cancel(job.id)
    return moved("/learning#models")


def _page(request: Request, application: App, caller: Caller, error: InvalidInput | NotFound | Busy | None = None) -> Response:
    names, settings, jobs = Names(application), application.settings, previews(application)
    waiting = application.agreements.of(settings.model_since).learning
    found = {name: seen(application, read_preview(application, job), caller) for name, job in jobs.items()}
    used = application.encoder.spec.sha256
    models = candidates(shelved(application), used, jobs, found)
    in_use = next((model for model in models if model.in_use), None)
    return show(
        request,
        "learning.html",
        200 if error is None else status_of(error),
        error=error,
        waiting=waiting,
        lessons=lessons(waiting.domains, names),
        in_use=in_use,
        chosen=settings.shelf.current if settings.model is None else None,
        models=[model for model in models if not model.in_use],
        may_start=caller.may("admin"),
    )
