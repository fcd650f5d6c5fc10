"""`SessionStore` over SQL: logging in, slowly for who guesses; sessions by the SHA-256 of their token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from nlp.adapters.stores import audit, passwords
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.people import COLUMNS, find, user
from nlp.adapters.stores.people_tables import login_attempts, sessions, users
from nlp.errors import Throttled
from nlp.types import Session

TOKEN_BYTES = 32
LIFETIME = timedelta(hours=12)
SLIDE = timedelta(minutes=5)
"""A session is not written more often than this."""
WRONG, WINDOW = 5, timedelta(minutes=15)
"""So many wrong passwords in such a while, for one login or from one address, and no more are looked at."""


class SqlSessionStore:
    """Who is logged in."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def login(self, login: str, password: str, address: str) -> tuple[Session, str] | None:
        """The session and its token, which is shown this once. None: no such active user with this password; it takes as long
        for either. :raises Throttled: too many wrong ones before."""
        attempt = self._begin(login, address)
        with self._database.reading() as connection:
            row = find(connection, login)
        right = passwords.matches(row.secret if row is not None and row.active else None, password)
        if row is None or not right:
            with self._database.writing() as connection:
                self._refuse(connection, row, {"address": address})
            return None
        dated = passwords.hashed(password) if passwords.is_dated(row.secret) else None
        with self._database.writing() as connection:
            connection.execute(delete(login_attempts).where(or_(login_attempts.c.pk == attempt, _is_login(login))))
            still = connection.execute(select(users.c.active, users.c.secret).where(users.c.id == row.id)).one()
            if not still.active or still.secret != row.secret:
                return None
            if dated is not None:
                connection.execute(update(users).where(users.c.id == row.id).values(secret=dated))
            return self._open(connection, row, {"address": address})

    def enter(self, login: str, address: str) -> tuple[Session, str] | None:
        """The same for whom an identity provider vouches for. None: no such active user. Logins are ASCII: a provider that
        knows other letters may have another «ſara», whose name folds to ours."""
        said = {"address": address, "by": "oidc"}
        with self._database.writing() as connection:
            row = find(connection, login) if login.isascii() else None
            if row is None or not row.active:
                self._refuse(connection, row, said)
                return None
            return self._open(connection, row, said)

    def find(self, token: str) -> Session | None:
        """The session of an active user; it lives on for another twelve hours."""
        now = self._now()
        found = select(*COLUMNS, sessions.c.csrf, sessions.c.expires_at).join(users, users.c.id == sessions.c.user_id)
        alive = (sessions.c.token_sha256 == _digest(token)) & users.c.active.is_(True)
        with self._database.reading() as connection:
            row = connection.execute(found.where(alive)).one_or_none()
        if row is None or row.expires_at <= now:
            return None
        if row.expires_at >= now + LIFETIME - SLIDE:
            return Session(user(row), row.csrf, row.expires_at)
        with self._database.writing() as connection:
            later = update(sessions).where(sessions.c.token_sha256 == _digest(token)).values(expires_at=now + LIFETIME)
            connection.execute(later)
        return Session(user(row), row.csrf, now + LIFETIME)

    def end(self, token: str) -> None:
        """Log out; a token that opens nothing is no error."""
        is_it = sessions.c.token_sha256 == _digest(token)
        with self._database.writing() as connection:
            login = connection.scalar(select(users.c.login).join(sessions, sessions.c.user_id == users.c.id).where(is_it))
            if login is not None:
                connection.execute(delete(sessions).where(is_it))
                audit.append(connection, self._now(), "login.end", f"user:{login}")

    def _open(self, connection: Connection, row: Row[*tuple[Any, ...]], said: dict[str, str]) -> tuple[Session, str]:
        """A session for the user of a row; who opens one sweeps those that are over."""
        now, token, csrf = self._now(), secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        values = {"token_sha256": _digest(token), "user_id": row.id, "csrf": csrf}
        connection.execute(insert(sessions).values(values | {"created_at": now, "expires_at": now + LIFETIME}))
        audit.append(connection, now, "login.ok", f"user:{row.login}", said, by=f"user:{row.login}")
        return Session(user(row), csrf, now + LIFETIME), token

    def _refuse(self, connection: Connection, row: Row[*tuple[Any, ...]] | None, said: dict[str, str]) -> None:
        """What was typed is told only where it is somebody's login."""
        audit.append(connection, self._now(), "login.failed", f"user:{row.login if row is not None else '?'}", said)

    def _begin(self, login: str, address: str) -> int:
        """Count the attempt as a wrong one until it is right, so that many at once are no way around. :raises Throttled:"""
        now = self._now()
        with self._database.writing() as connection:
            connection.execute(delete(login_attempts).where(login_attempts.c.at <= now - WINDOW))
            for which in (_is_login(login), login_attempts.c.address == address):
                self._check(connection, which, now)
            row = insert(login_attempts).values(login_key=_key(login), address=address, at=now)
            return int(connection.execute(row.returning(login_attempts.c.pk)).scalar_one())

    @staticmethod
    def _check(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
        count, first = connection.execute(select(func.count(), func.min(login_attempts.c.at)).where(which)).one()
        if count >= WRONG:
            raise Throttled("کوشش‌های نادرست بسیار بود؛ کمی صبر کنید.", max(1, int((first + WINDOW - now).total_seconds()) + 1))


def _is_login(login: str) -> ColumnElement[bool]:
    return login_attempts.c.login_key == _key(login)


def _key(login: str) -> str:
    """What was typed may be a password in the wrong field: only its digest is kept."""
    return _digest(login.casefold())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
