"""People who log in, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from nlp.bootstrap import App
from nlp.errors import Duplicate, InvalidInput, NotFound, SamanyarError
from service.api.context import AppDep
from service.api.errors import invalid
from service.api.people_schemas import UserInput, UserPatch
from service.api.security import Caller, require_unbound
from service.web.pages import PostedForm, field, moved, show, status_of

router = APIRouter(prefix="/users")
Admin = Annotated[Caller, Depends(require_unbound("admin"))]
TYPED = ("login", "name", "role", "ngo")


@router.get("")
def users(request: Request, application: AppDep, caller: Admin) -> Response:  # noqa: ARG001 - checks the scope
    """Everybody, and a form for somebody new."""
    return _page(request, application, {})


@router.post("")
def add(request: Request, application: AppDep, caller: Admin, form: PostedForm) -> Response:  # noqa: ARG001 - checks the scope
    """Let somebody in."""
    typed = {name: field(form, name).strip() for name in TYPED}
    password = field(form, "password")
    given: dict[str, Any] = {name: value for name, value in typed.items() if value}
    given["password"] = password or None if application.settings.oidc else password
    try:
        said = UserInput.model_validate(given)
        user = application.stores.people.add(said.login, said.role, said.password, name=said.name, ngo=said.ngo)
    except ValidationError as error:
        return _page(request, application, typed, invalid(error, persian=True))
    except (InvalidInput, Duplicate, NotFound) as error:
        return _page(request, application, typed, error)
    return moved(f"/users?done={user.login}")


@router.post("/{login}")
def change(login: str, request: Request, application: AppDep, caller: Admin, form: PostedForm) -> Response:  # noqa: ARG001 - the same
    """Change a role or a password, shut somebody out or let them in again. An empty field stays as it is."""
    given: dict[str, Any] = {name: field(form, name).strip() for name in ("role", "ngo", "name") if field(form, name).strip()}
    if field(form, "password"):
        given["password"] = field(form, "password")
    if field(form, "active"):
        given["active"] = field(form, "active") == "yes"
    try:
        said = UserPatch.model_validate(given)
        application.stores.people.change(login, **said.model_dump(exclude_unset=True))
    except ValidationError as error:
        return _page(request, application, {}, invalid(error, persian=True), login)
    except (InvalidInput, NotFound) as error:
        return _page(request, application, {}, error, login)
    return moved(f"/users?done={login}")


def _page(
    request: Request, application: App, typed: dict[str, str], error: SamanyarError | None = None, about: str | None = None
) -> Response:
    """about: the login of whom the error is about; None: the new one."""
    people = application.stores.people.all()
    ngos = {ngo.id: ngo.name for ngo in application.stores.reports.all_ngos()}
    status = status_of(error) if error else 200
    typed = dict.fromkeys(TYPED, "") | typed
    oidc = application.settings.oidc
    known = {"people": people, "ngos": ngos, "provider": oidc and oidc.name}
    return show(request, "users.html", status, typed=typed, error=error, about=about, **known)
