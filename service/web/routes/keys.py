"""Keys of programs, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from nlp.errors import NotFound, SamanyarError
from nlp.review.permissions import SCOPES
from service.api.context import AppDep, get_app
from service.api.errors import invalid
from service.api.people_schemas import KeyInput
from service.api.security import Caller, require_unbound
from service.web.pages import PostedForm, field, fields, moved, show, status_of

router = APIRouter(prefix="/keys")
Admin = Annotated[Caller, Depends(require_unbound("admin"))]


@router.get("")
def keys(request: Request, caller: Admin) -> Response:  # noqa: ARG001 - checks the scope
    """All keys, and a form for another one."""
    return _page(request)


@router.post("")
def create(request: Request, application: AppDep, caller: Admin, form: PostedForm) -> Response:  # noqa: ARG001 - the same
    """Make a key. Its secret is in this answer and nowhere else: no address holds it, and a reload makes another one."""
    typed: dict[str, Any] = {"name": field(form, "name").strip(), "scopes": list(fields(form, "scopes"))}
    typed["ngo"] = field(form, "ngo") or None
    try:
        said = KeyInput.model_validate(typed)
        key, secret = application.stores.keys.create(said.name, frozenset(said.scopes), said.ngo)
    except ValidationError as error:
        return _page(request, typed, invalid(error, persian=True))
    except NotFound as error:
        return _page(request, typed, error)
    return _page(request, made=key, secret=secret)


@router.post("/{key_id}/revoke")
def revoke(key_id: str, application: AppDep, caller: Admin, form: PostedForm) -> Response:  # noqa: ARG001 - the same
    """Make a key worthless at once."""
    application.stores.keys.revoke(key_id)
    return moved("/keys")


def _page(request: Request, typed: dict[str, Any] | None = None, error: SamanyarError | None = None, **made: Any) -> Response:
    application = get_app(request)
    shown = typed or {"name": "", "scopes": ["read"], "ngo": None}
    values = {"typed": shown, "error": error, "made": None, "secret": None} | made
    ngos = {ngo.id: ngo.name for ngo in application.stores.reports.all_ngos()}
    held = list(reversed(application.stores.keys.all()))
    return show(request, "keys.html", status_of(error) if error else 200, keys=held, ngos=ngos, scopes=SCOPES, **values)
