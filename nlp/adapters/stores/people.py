"""`PeopleStore` over SQL: users and their roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update
from ulid import ULID

from nlp.adapters.stores import audit, ngos, passwords
from nlp.adapters.stores.engine import Database
from nlp.adapters.stores.people_tables import sessions, users
from nlp.adapters.stores.rows import check_storable
from nlp.errors import Duplicate, FieldError, InvalidInput, NotFound
from nlp.types import Role, User

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
COLUMNS = (users.c.id, users.c.login, users.c.name, users.c.role, users.c.ngo_id, users.c.active, users.c.created_at)


class SqlPeopleStore:
    """People who log in; of a password only the hash is kept."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, login: str, role: Role, password: str | None, *, name: str | None = None, ngo: str | None = None) -> User:
        """password: None for who is only let in by an identity provider.

        :raises InvalidInput: :raises Duplicate: the login is taken, in whatever case. :raises NotFound: no such NGO."""
        if not _LOGIN.fullmatch(login):
            raise _wrong("/login", "نام کاربری ۱ تا ۶۴ نویسه از A-Z a-z 0-9 . _ @ - است.")
        check_storable("/name", name)
        secret = passwords.NEVER if password is None else passwords.hashed(password)
        with self._database.writing() as connection:
            if find(connection, login) is not None:
                raise Duplicate("این نام کاربری گرفته شده است.", f"the login {login} is taken")
            bound = _bound(connection, role, ngo)
            person = {"id": str(ULID()), "login": login, "login_key": login.casefold(), "name": name, "role": role}
            kept = {"ngo_id": bound, "secret": secret, "active": True, "created_at": self._now()}
            connection.execute(insert(users).values(person | kept))
            audit.append(connection, self._now(), "user.create", f"user:{login}", {"role": role, "ngo": bound})
            return _existing(connection, login)

    def all(self) -> tuple[User, ...]:
        """Those who are disabled too, by login."""
        with self._database.reading() as connection:
            return tuple(map(user, connection.execute(select(*COLUMNS).order_by(users.c.login_key))))

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
        check_storable("/name", name)
        secret = None if password is None else passwords.hashed(password)
        with self._database.writing() as connection:
            old = _existing(connection, login)
            changes: dict[str, Any] = {"name": name, "role": role, "active": active, "secret": secret}
            changes = {key: value for key, value in changes.items() if value is not None}
            if role is not None or ngo is not None:
                new_role = role or old.role
                changes["ngo_id"] = _bound(connection, new_role, ngo or (old.ngo if new_role == "submitter" else None))
            stays_admin = changes.get("role", old.role) == "admin" and changes.get("active", old.active)
            if old.role == "admin" and old.active and not stays_admin and _admins(connection) == 1:
                raise _wrong("/role", "این تنها مدیر فعال است؛ نخست مدیر دیگری بسازید.")
            if changes:
                connection.execute(update(users).where(users.c.id == old.id).values(changes))
            told = {key: value for key, value in changes.items() if key in {"role", "active", "ngo_id"}}
            audit.append(connection, self._now(), "user.change", f"user:{old.login}", {"fields": sorted(changes), **told})
            if active is False or secret is not None:
                connection.execute(delete(sessions).where(sessions.c.user_id == old.id))
            return _existing(connection, login)


def find(connection: Connection, login: str) -> Row[*tuple[Any, ...]] | None:
    """The row of a user, secret and all."""
    is_them: ColumnElement[bool] = users.c.login_key == login.casefold()
    return connection.execute(select(*COLUMNS, users.c.secret).where(is_them)).one_or_none()


def user(row: Row[*tuple[Any, ...]]) -> User:
    """From a row with `COLUMNS`."""
    return User(row.id, row.login, row.name, row.role, row.ngo_id, row.active, row.created_at)


def _existing(connection: Connection, login: str) -> User:
    row = find(connection, login)
    if row is None:
        raise NotFound("این کاربر نیست.", detail="no such user")
    return user(row)


def _bound(connection: Connection, role: Role, ngo: str | None) -> str | None:
    """The NGO that a submitter is bound to; nobody else is."""
    if role == "submitter" and not ngo:
        raise _wrong("/ngo", "کاربر سمن باید به یک سمن بسته باشد.")
    if role != "submitter" and ngo is not None:
        raise _wrong("/ngo", "تنها کاربر سمن به یک سمن بسته است.")
    return ngo and ngos.by_id(connection, ngo).id


def _admins(connection: Connection) -> int:
    active = select(func.count()).select_from(users).where(users.c.role == "admin", users.c.active.is_(True))
    return int(connection.execute(active).scalar_one())


def _wrong(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(message, [FieldError(pointer, message)], detail=message)
