"""Ports of who may come in, and of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from nlp.review.audit import Action, AuditEntry
from nlp.types import Role, Session, User


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `ngo` binds a submitter's key to one NGO."""

    id: str
    name: str
    scopes: frozenset[str]
    ngo: str | None
    created_at: datetime
    revoked_at: datetime | None


class KeyStore(Protocol):
    def create(self, name: str, scopes: frozenset[str], ngo: str | None = None) -> tuple[ApiKey, str]:
        """The key and its secret, which is shown this once; only its SHA-256 is kept. :raises NotFound: no such NGO."""
        ...

    def authenticate(self, secret: str) -> ApiKey | None:
        """The key that is not revoked and has this secret."""
        ...

    def all(self) -> list[ApiKey]:
        """Revoked ones too, oldest first."""
        ...

    def revoke(self, key_id: str) -> ApiKey:
        """:raises NotFound:"""
        ...


class PeopleStore(Protocol):
    """People who log in; logins are told apart whatever their case."""

    def add(self, login: str, role: Role, password: str | None, *, name: str | None = None, ngo: str | None = None) -> User:
        """password: None for who is only let in by an identity provider.
        :raises InvalidInput: :raises Duplicate: the login is taken. :raises NotFound: no such NGO."""
        ...

    def all(self) -> tuple[User, ...]:
        """Those who are disabled too, by login."""
        ...

    def change(
        self,
        login: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        ngo: str | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> User:
        """What is None stays. Who is disabled or gets another password is logged out everywhere.
        :raises NotFound: no such user, or NGO. :raises InvalidInput: also for the last active administrator."""
        ...


class SessionStore(Protocol):
    def login(self, login: str, password: str, address: str) -> tuple[Session, str] | None:
        """The session and its token, which is shown this once. None: no such active user with this password; it takes as long
        for either. :raises Throttled: too many wrong ones before, for this login or from this address."""
        ...

    def enter(self, login: str, address: str) -> tuple[Session, str] | None:
        """The same for whom an identity provider vouches for. None: no such active user."""
        ...

    def find(self, token: str) -> Session | None:
        """The session of an active user; it lives on for another twelve hours."""
        ...

    def end(self, token: str) -> None:
        """Log out; a token that opens nothing is no error."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    items: tuple[AuditEntry, ...]
    next: str | None


class AuditStore(Protocol):
    """Who did what to which thing and when; whatever changes a store writes its own entry in the same transaction."""

    def record(self, action: Action, about: str, detail: Mapping[str, Any] | None = None) -> None:
        """What is no change of a store, such as a report that was read. Never a text."""
        ...

    def list(self, limit: int, cursor: str | None = None, *, since: datetime | None = None, by: str | None = None) -> AuditPage:
        """Newest first. :raises InvalidInput: a cursor that this store did not make."""
        ...

    def verify(self) -> tuple[int, int | None]:
        """How many entries there are, and the first that was changed or is missing."""
        ...
