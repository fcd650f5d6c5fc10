"""`KeyStore` over SQL: secrets are random, so a plain SHA-256 of them is enough and can be looked up."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from ulid import ULID

from nlp.adapters.stores import audit, ngos
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.tables import api_keys
from nlp.errors import NotFound
from nlp.ports import ApiKey

_PREFIX = "sy_"
_SECRET_BYTES = 32
_COLUMNS = (api_keys.c.id, api_keys.c.name, api_keys.c.scopes, api_keys.c.ngo_id, api_keys.c.created_at, api_keys.c.revoked_at)


class SqlKeyStore:
    """Keys of programs and people; a secret is shown once and never kept."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def create(self, name: str, scopes: frozenset[str], ngo: str | None = None) -> tuple[ApiKey, str]:
        """The key and its secret. :raises NotFound: no NGO has the id `ngo`."""
        secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        key_id = str(ULID())
        with self._database.writing() as connection:
            connection.execute(
                insert(api_keys).values(
                    id=key_id,
                    name=name,
                    secret_sha256=_digest(secret),
                    scopes=sorted(scopes),
                    ngo_id=ngo and ngos.by_id(connection, ngo).id,
                    created_at=self._now(),
                )
            )
            key = _one(connection, api_keys.c.id == key_id)
            said = {"name": name, "scopes": sorted(scopes), "ngo": key.ngo}
            audit.append(connection, self._now(), "key.create", f"key:{key_id}", said)
            return key, secret

    def authenticate(self, secret: str) -> ApiKey | None:
        """The key that is not revoked and has this secret."""
        with self._database.reading() as connection:
            valid = (api_keys.c.secret_sha256 == _digest(secret)) & api_keys.c.revoked_at.is_(None)
            return next(iter(_read(connection, valid)), None)

    def all(self) -> list[ApiKey]:
        """Revoked ones too, oldest first."""
        with self._database.reading() as connection:
            return _read(connection)

    def revoke(self, key_id: str) -> ApiKey:
        """A second time changes nothing. :raises NotFound:"""
        with self._database.writing() as connection:
            first = func.coalesce(api_keys.c.revoked_at, self._now())
            connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=first))
            audit.append(connection, self._now(), "key.revoke", f"key:{key_id}")
            return _one(connection, api_keys.c.id == key_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _one(connection: Connection, which: ColumnElement[bool]) -> ApiKey:
    found = _read(connection, which)
    if not found:
        raise NotFound("این کلید نیست.", detail="no such key")
    return found[0]


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[ApiKey]:
    found = select(*_COLUMNS).where(*which).order_by(api_keys.c.created_at, api_keys.c.id)
    return [
        ApiKey(row.id, row.name, frozenset(row.scopes), row.ngo_id, row.created_at, row.revoked_at)
        for row in connection.execute(found)
    ]
