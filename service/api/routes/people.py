"""Logging in and out, and, for administrators, who there is."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from nlp.bootstrap import App
from nlp.review.permissions import ROLES
from nlp.types import Session, User
from service.api.context import AppDep, answer, listed
from service.api.errors import Refused
from service.api.people_schemas import LoginInput, SessionShape, UserInput, UserList, UserPatch, UserShape
from service.api.schemas import PROBLEM
from service.api.security import COOKIE, Caller, is_secure, require_unbound, session_token

router = APIRouter(prefix="/v1", tags=["people"])
R = TypeVar("R", bound=Response)
Admin = Annotated[Caller, Depends(require_unbound("admin"))]


@router.post("/session", responses={200: {"model": SessionShape}, 401: PROBLEM, 429: PROBLEM})
def login(said: LoginInput, request: Request, application: AppDep) -> JSONResponse:
    """Log in: sets the session cookie; `csrf` goes into the header `X-CSRF-Token` of every request that changes something."""
    address = request.client.host if request.client else "unknown"
    found = application.stores.sessions.login(said.login, said.password, address)
    if found is None:
        raise Refused("login_failed", detail="no active user has this login and password")
    session, token = found
    return keep_session(request, application, answer(_session_json(session)), token)


@router.get("/session", responses={200: {"model": SessionShape}, 401: PROBLEM})
def session(request: Request) -> JSONResponse:
    """Who is logged in. `user` is null for a key, and where nobody needs to log in."""
    caller: Caller = request.scope["caller"]
    if caller.session is not None:
        return answer(_session_json(caller.session))
    return answer({"user": None, "csrf": None, "scopes": sorted(caller.scopes)})


@router.delete("/session", status_code=204, responses={401: PROBLEM})
def logout(request: Request, application: AppDep) -> Response:
    """Log out."""
    return end_session(request, application, Response(status_code=204))


@router.get("/users", responses={200: {"model": UserList}})
def users(application: AppDep, caller: Admin) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """Everybody who can log in or could, by login (command line: `samanyar users list`)."""
    return listed(application.stores.people.all())


@router.post("/users", status_code=201, responses={201: {"model": UserShape}, 409: PROBLEM})
def add_user(said: UserInput, application: AppDep, caller: Admin) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """Let somebody in (command line: `samanyar users add LOGIN --role ROLE`)."""
    user: User = application.stores.people.add(said.login, said.role, said.password, name=said.name, ngo=said.ngo)
    return answer(user, 201, {"Location": f"/v1/users/{user.login}"})


@router.patch("/users/{login}", responses={200: {"model": UserShape}, 404: PROBLEM})
def change_user(login: str, said: UserPatch, application: AppDep, caller: Admin) -> JSONResponse:  # noqa: ARG001 - the same
    """Change a name, a role, a password; who is disabled is logged out at once (command line: `samanyar users …`)."""
    return answer(application.stores.people.change(login, **said.model_dump(exclude_unset=True)))


def keep_session(request: Request, application: App, response: R, token: str) -> R:
    """The response with the session's cookie; the session that the browser had before is over."""
    before = session_token(request.headers)
    if before is not None:
        application.stores.sessions.end(before)
    oidc = application.settings.oidc
    secure = is_secure(oidc.public_url if oidc else None, request.headers)
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def end_session(request: Request, application: App, response: R) -> R:
    """The response that takes the cookie away; the session is over."""
    token = session_token(request.headers)
    if token is not None:
        application.stores.sessions.end(token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _session_json(found: Session) -> dict[str, object]:
    return {"user": found.user, "csrf": found.csrf, "scopes": sorted(ROLES[found.user.role])}
