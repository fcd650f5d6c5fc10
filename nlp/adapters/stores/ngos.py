"""Finds, creates and merges NGOs inside a transaction of the caller. As writers follow one another, two processes that create
the same NGO at once end with one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, or_, select, tuple_, update
from ulid import ULID

from nlp.adapters.stores.engine import batches
from nlp.adapters.stores.filters import decoded, encoded
from nlp.adapters.stores.names import fold_name, fold_registration
from nlp.adapters.stores.people_tables import users
from nlp.adapters.stores.rows import check_storable
from nlp.adapters.stores.tables import api_keys, ngo_keys, ngos, reports
from nlp.errors import FieldError, InvalidInput, NotFound
from nlp.ports import NgoPage
from nlp.types import CountedNgo, Ngo, NgoRef

KeyKind = Literal["name", "registration"]
_COLUMNS = (ngos.c.id, ngos.c.name, ngos.c.registration_number)


def by_id(connection: Connection, ngo_id: str) -> Ngo:
    """The NGO, or the one that it was merged into. :raises NotFound:"""
    target = select(func.coalesce(ngos.c.merged_into, ngos.c.id)).where(ngos.c.id == ngo_id).scalar_subquery()
    row = connection.execute(select(*_COLUMNS).where(ngos.c.id == target)).one_or_none()
    if row is None:
        raise NotFound("این سمن نیست.", detail=f"no NGO {ngo_id!r}")
    return Ngo(*row)


def every(connection: Connection) -> tuple[Ngo, ...]:
    """Those that were not merged away, by name."""
    rows = connection.execute(select(*_COLUMNS).where(ngos.c.merged_into.is_(None)).order_by(ngos.c.name, ngos.c.id))
    return tuple(Ngo(*row) for row in rows)


def page(connection: Connection, q: str, limit: int, cursor: str | None, only: str | None) -> NgoPage:
    """Those that `q` finds, by name; see `ReportStore.list_ngos`."""
    count = select(func.count()).select_from(reports).where(reports.c.ngo_id == ngos.c.id).scalar_subquery()
    wanted = select(*_COLUMNS, count.label("reports")).where(ngos.c.merged_into.is_(None))
    if q.strip():
        named = ngo_keys.c.key.contains(fold_name(q), autoescape=True) & (ngo_keys.c.kind == "name")
        numbered = (ngo_keys.c.key == fold_registration(q)) & (ngo_keys.c.kind == "registration")
        wanted = wanted.where(ngos.c.id.in_(select(ngo_keys.c.ngo_id).where(or_(named, numbered))))
    if only is not None:
        wanted = wanted.where(ngos.c.id == only)
    if cursor is not None:
        name, ngo_id = decoded(cursor, (str, str))
        wanted = wanted.where(tuple_(ngos.c.name, ngos.c.id) > tuple_(name, ngo_id))
    found = [CountedNgo(*row) for row in connection.execute(wanted.order_by(ngos.c.name, ngos.c.id).limit(limit + 1))]
    last = found[limit - 1] if len(found) > limit else None
    return NgoPage(tuple(found[:limit]), encoded(last.name, last.id) if last else None)


def stamps(connection: Connection, ngo_ids: Sequence[str]) -> dict[str, str]:
    """See `ReportStore.ngo_stamps`. A version only rises, and a key is never given twice."""
    parts = (func.count(), func.sum(reports.c.version), func.sum(reports.c.pk), func.max(reports.c.updated_at))
    return {
        row[0]: ":".join(map(str, row[1:]))
        for some in batches(ngo_ids)
        for row in connection.execute(
            select(reports.c.ngo_id, *parts).where(reports.c.ngo_id.in_(some)).group_by(reports.c.ngo_id)
        )
    }


def resolve(connection: Connection, ref: NgoRef, now: datetime, new_id: str | None = None) -> Ngo:
    """By id, else registration number, else folded name, else created. An NGO of the same name but with another registration
    number is another NGO; one without takes the number over.

    :raises NotFound: an id that no NGO has. :raises InvalidInput: neither id, nor a known number, nor a name.
    """
    if ref.id is not None:
        return by_id(connection, ref.id)
    name, number = (ref.name or "").strip(), fold_registration(ref.registration_number or "")
    if number and (registered := _by_key(connection, "registration", number)):
        return registered
    check_storable("/ngo/name", name)
    key = fold_name(name)
    if not key:
        raise InvalidInput("نام سمن لازم است.", [FieldError("/ngo/name", "required")], detail="an NGO needs a name")
    named = _by_key(connection, "name", key)
    if named and number and named.registration_number is None:
        return _register(connection, named, number)
    if named and (not number or fold_registration(named.registration_number or "") == number):
        return named
    return _create(connection, Ngo(new_id or str(ULID()), name, number or None), now)


def attach(connection: Connection, ngo: Ngo, now: datetime) -> Ngo:
    """The stored NGO that a report's NGO means. One that this store has never seen is matched like a reference, and keeps its
    id when it is new."""
    if connection.execute(select(ngos.c.id).where(ngos.c.id == ngo.id)).one_or_none():
        return by_id(connection, ngo.id)
    return resolve(connection, NgoRef(ngo.name, ngo.registration_number), now, new_id=ngo.id)


def merge(connection: Connection, keep: str, drop: str) -> Ngo:
    """Reports, keys, people, names and ids of `drop` lead to `keep`. :raises NotFound:"""
    kept, dropped = by_id(connection, keep), by_id(connection, drop)
    if kept.id == dropped.id:
        return kept
    for column in (reports.c.ngo_id, ngo_keys.c.ngo_id, api_keys.c.ngo_id, users.c.ngo_id):
        connection.execute(update(column.table).where(column == dropped.id).values({column.key: kept.id}))
    signposts = or_(ngos.c.id == dropped.id, ngos.c.merged_into == dropped.id)
    connection.execute(update(ngos).where(signposts).values(merged_into=kept.id))
    if kept.registration_number is None and dropped.registration_number is not None:
        number = dropped.registration_number
        connection.execute(update(ngos).where(ngos.c.id == kept.id).values(registration_number=number))
    return by_id(connection, kept.id)


def _by_key(connection: Connection, kind: KeyKind, key: str) -> Ngo | None:
    found = select(*_COLUMNS).join(ngo_keys, ngo_keys.c.ngo_id == ngos.c.id)
    row = connection.execute(found.where(ngo_keys.c.kind == kind, ngo_keys.c.key == key)).one_or_none()
    return row and Ngo(*row)


def _create(connection: Connection, ngo: Ngo, now: datetime) -> Ngo:
    connection.execute(
        insert(ngos).values(id=ngo.id, name=ngo.name, registration_number=ngo.registration_number, created_at=now)
    )
    if _by_key(connection, "name", fold_name(ngo.name)) is None:
        connection.execute(insert(ngo_keys).values(kind="name", key=fold_name(ngo.name), ngo_id=ngo.id))
    if ngo.registration_number:
        connection.execute(insert(ngo_keys).values(kind="registration", key=ngo.registration_number, ngo_id=ngo.id))
    return ngo


def _register(connection: Connection, ngo: Ngo, number: str) -> Ngo:
    connection.execute(update(ngos).where(ngos.c.id == ngo.id).values(registration_number=number))
    connection.execute(insert(ngo_keys).values(kind="registration", key=number, ngo_id=ngo.id))
    return Ngo(ngo.id, ngo.name, number)
