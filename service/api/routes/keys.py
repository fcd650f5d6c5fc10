"""Keys of programs, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response

from service.api.context import AppDep, answer, listed
from service.api.people_schemas import KeyInput, KeyList, NewKey
from service.api.schemas import PROBLEM
from service.api.security import Caller, require_unbound

router = APIRouter(prefix="/v1/keys", tags=["people"])
Admin = Annotated[Caller, Depends(require_unbound("admin"))]


@router.get("", responses={200: {"model": KeyList}})
def keys(application: AppDep, caller: Admin) -> JSONResponse:  # noqa: ARG001 - checks the scope
    """All keys, revoked ones too, without their secrets (command line: `samanyar keys list`)."""
    return listed(application.stores.keys.all())


@router.post("", status_code=201, responses={201: {"model": NewKey}, 404: PROBLEM})
def create(said: KeyInput, application: AppDep, caller: Admin) -> JSONResponse:  # noqa: ARG001 - the same
    """Make a key; its secret is told this once (command line: `samanyar keys create NAME --scopes …`)."""
    key, secret = application.stores.keys.create(said.name, frozenset(said.scopes), said.ngo)
    return answer({"key": key, "secret": secret}, 201)


@router.delete("/{key_id}", status_code=204, responses={404: PROBLEM})
def revoke(key_id: str, application: AppDep, caller: Admin) -> Response:  # noqa: ARG001 - the same
    """Make a key worthless at once (command line: `samanyar keys revoke ID`)."""
    application.stores.keys.revoke(key_id)
    return Response(status_code=204)
