"""What an AuditStore promises: every change leaves an entry, none holds a text, and none can be altered unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import InvalidInput, VersionConflict
from nlp.review.actor import acting
from nlp.types import NgoRef, Report
from tests.contracts.test_people_store import PASSWORD
from tests.contracts.test_review_store import decide
from tests.contracts.test_store_processes import process, ready

MakeReport = Callable[..., Report]


def told(stores: Stores) -> list[tuple[str, str, str]]:
    return [(each.actor, each.action, each.object) for each in reversed(stores.audit.list(1000).items)]


def test_every_change_leaves_an_entry(stores: Stores, make_report: MakeReport) -> None:
    with acting("user:a"):
        for name in ("one", "two"):
            stores.reports.put(make_report(name, text=f"متن {name}"), None)
        stores.reports.put(make_report("one", text="متن one"), None)
        stores.reports.replace(make_report("one", text="متن one", city="قم"), None, 1)
        stores.queue.claim("one", "user:a", 60)
        decide(stores, "one", "accept")
        stores.queue.release("two", "user:a")
        stores.reports.judge_pair("one", "two", duplicate=False, by="user:a")
        stores.reports.delete("two")
        ngos = [stores.reports.resolve_ngo(NgoRef(name)).id for name in ("الف", "ب")]
        stores.reports.merge_ngos(*ngos)
        key, _ = stores.keys.create("k", frozenset({"read"}))
        stores.keys.revoke(key.id)
        stores.people.add("sara", "reviewer", PASSWORD)
        stores.people.change("sara", name="سارا", role="analyst")
    with acting("ip:1"):
        opened = stores.sessions.login("sara", PASSWORD, "1")
        assert opened is not None
        stores.sessions.login("sara", "گذرواژهٔ نادرست", "1")
        stores.sessions.login("گذرواژه‌ای در جای نادرست", "گذرواژهٔ نادرست", "1")
        stores.sessions.end(opened[1])
    assert told(stores) == [
        ("user:a", "report.create", "report:one"),
        ("user:a", "report.create", "report:two"),
        ("user:a", "report.change", "report:one"),
        ("user:a", "queue.claim", "report:one"),
        ("user:a", "report.review", "report:one"),
        ("user:a", "queue.release", "report:two"),
        ("user:a", "duplicate.judge", "report:one"),
        ("user:a", "report.delete", "report:two"),
        ("user:a", "ngo.merge", f"ngo:{ngos[0]}"),
        ("user:a", "key.create", f"key:{key.id}"),
        ("user:a", "key.revoke", f"key:{key.id}"),
        ("user:a", "user.create", "user:sara"),
        ("user:a", "user.change", "user:sara"),
        ("user:sara", "login.ok", "user:sara"),
        ("ip:1", "login.failed", "user:sara"),
        ("ip:1", "login.failed", "user:?"),
        ("ip:1", "login.end", "user:sara"),
    ]
    assert stores.audit.verify() == (17, None)
    entries = "".join(f"{each.object}{each.detail}" for each in stores.audit.list(1000).items)
    for secret in ("متن", "گذرواژه", "سارا", opened[1]):
        assert secret not in entries


def test_what_did_not_happen_leaves_none(stores: Stores, make_report: MakeReport) -> None:
    stores.reports.put(make_report(), None)
    with pytest.raises(VersionConflict):
        stores.reports.delete("r-1", expected_version=9)
    with pytest.raises(VersionConflict):
        stores.reports.replace(make_report(), None, 9)
    assert [action for _, action, _ in told(stores)] == ["report.create"]


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET actor = 'user:b' WHERE seq = 3", 3),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", 1),
        ("UPDATE audit SET detail = '{\"x\":1}' WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("UPDATE audit SET hash = '' WHERE seq = 4", 4),
    ],
)
def test_the_first_entry_that_was_tampered_with_is_named(stores: Stores, tmp_path: Path, tampering: str, broken: int) -> None:
    for number in range(5):
        stores.audit.record("report.read", f"report:{number}")
    assert stores.audit.verify() == (5, None)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(tampering)
        for what in ("update", "delete"):
            connection.execute(f"DROP TRIGGER audit_no_{what}")
        connection.execute(tampering)
        connection.commit()
    assert stores.audit.verify() == (5, broken)


def test_entries_are_listed_newest_first_by_page_actor_and_time(stores: Stores, clock: Any) -> None:
    for number in range(6):
        with acting(f"user:{number % 2}"):
            stores.audit.record("report.read", f"report:{number}", {"version": number})
        clock.forward(60)
    page = stores.audit.list(4)
    assert [each.seq for each in page.items] == [6, 5, 4, 3]
    assert [each.seq for each in stores.audit.list(4, page.next).items] == [2, 1]
    assert [each.object for each in stores.audit.list(9, by="user:1").items] == ["report:5", "report:3", "report:1"]
    assert [each.seq for each in stores.audit.list(9, since=clock() - timedelta(seconds=120)).items] == [6, 5]
    with pytest.raises(InvalidInput):
        stores.audit.list(9, "x")


def test_two_processes_that_write_at_once_keep_one_chain(stores: Stores, url: str) -> None:
    with process(url, "audit", "a") as one, process(url, "audit", "b") as two:
        for child in (one, two):
            ready(child)
        for child in (one, two):
            assert child.stdin is not None
            with suppress(BrokenPipeError):
                child.stdin.write("\n")
                child.stdin.flush()
        for child in (one, two):
            assert child.wait(60) == 0
    assert stores.audit.verify() == (80, None)
