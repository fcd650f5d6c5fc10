"""What requests and answers about people and their doings look like."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from nlp.types import Role, User
from service.api.schemas import StrictInput


class LoginInput(StrictInput):
    """Who comes in."""

    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class SessionShape(BaseModel):
    """Who is logged in, and what they may; `user` and `csrf` are null for a key."""

    user: User | None
    csrf: str | None
    scopes: list[str]


class UserInput(StrictInput):
    """Somebody new; a submitter needs an NGO, nobody else has one. `password`: null for who is only let in by the identity
    provider (OpenID Connect)."""

    login: str
    role: Role
    password: str | None
    name: str | None = Field(default=None, max_length=200)
    ngo: str | None = None


class UserPatch(StrictInput):
    """What is not given stays."""

    role: Role | None = None
    password: str | None = None
    name: str | None = Field(default=None, max_length=200)
    ngo: str | None = None
    active: bool | None = None


class UserShape(BaseModel):
    """Somebody who logs in."""

    id: str
    login: str
    name: str | None
    role: Role
    ngo: str | None
    active: bool
    created_at: datetime


class UserList(BaseModel):
    """By login."""

    items: list[UserShape]
    next: str | None


class AuditShape(BaseModel):
    """Who did what to which thing and when; `hash` covers the entry before."""

    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    hash: str


class AuditList(BaseModel):
    """Newest first."""

    items: list[AuditShape]
    next: str | None


class KeyInput(StrictInput):
    """A key for a program; with an NGO it sees that one's reports only."""

    name: str = Field(min_length=1, max_length=200)
    scopes: list[Literal["read", "submit", "review", "export", "admin"]] = Field(min_length=1, max_length=5)
    ngo: str | None = None


class KeyShape(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    ngo: str | None
    created_at: datetime
    revoked_at: datetime | None


class KeyList(BaseModel):
    """Oldest first."""

    items: list[KeyShape]
    next: str | None


class NewKey(BaseModel):
    """A key that was just made; `secret` is told this once."""

    key: KeyShape
    secret: str
