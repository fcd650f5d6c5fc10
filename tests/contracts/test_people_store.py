"""What PeopleStore and SessionStore promise: one login a person, slow guessing, sessions that end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import Duplicate, InvalidInput, NotFound, Throttled
from nlp.types import NgoRef

PASSWORD = "گذرواژه‌ای دراز ۱۲"


def test_a_person_comes_back_as_they_were_added(stores: Stores, clock: Any) -> None:
    added = stores.people.add("Maryam", "reviewer", PASSWORD, name="مریم")
    assert (added.login, added.role, added.name, added.ngo, added.active) == ("Maryam", "reviewer", "مریم", None, True)
    assert added.created_at == clock()
    stores.people.add("ali", "admin", PASSWORD)
    assert [each.login for each in stores.people.all()] == ["ali", "Maryam"]


def test_only_a_submitter_is_bound_to_an_ngo_and_must_be(stores: Stores) -> None:
    ngo, other = (stores.reports.resolve_ngo(NgoRef(name)).id for name in ("الف", "ب"))
    assert stores.people.add("one", "submitter", PASSWORD, ngo=ngo).ngo == ngo
    for role, bound in (("submitter", None), ("reviewer", ngo), ("admin", ngo)):
        with pytest.raises(InvalidInput):
            stores.people.add("two", role, PASSWORD, ngo=bound)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        stores.people.add("two", "submitter", PASSWORD, ngo="nothing")
    assert stores.people.change("one", ngo=other).ngo == other
    assert stores.reports.merge_ngos(ngo, other).id == ngo
    assert stores.people.all()[0].ngo == ngo
    assert stores.people.change("one", role="analyst").ngo is None
    with pytest.raises(InvalidInput):
        stores.people.change("one", role="submitter")


@pytest.mark.parametrize("login", ["", " a", "a b", "مریم", "a" * 65, "-a", "a\n"])
def test_logins_and_passwords_have_their_form(stores: Stores, login: str) -> None:
    with pytest.raises(InvalidInput):
        stores.people.add(login, "reviewer", PASSWORD)
    for password in ("", "x" * 9, "x" * 1001):
        with pytest.raises(InvalidInput):
            stores.people.add("fine", "reviewer", password)
    assert stores.people.all() == ()


def test_a_login_is_taken_in_whatever_case(stores: Stores) -> None:
    stores.people.add("Maryam", "reviewer", PASSWORD)
    with pytest.raises(Duplicate):
        stores.people.add("mARYAM", "admin", PASSWORD)
    with pytest.raises(NotFound):
        stores.people.change("nobody", active=False)


def test_the_right_password_opens_a_session_that_slides_and_ends(stores: Stores, clock: Any, tmp_path: Path) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)
    opened = stores.sessions.login("MARYAM", PASSWORD, "10.0.0.1")
    assert opened is not None
    session, token = opened
    assert (session.user.login, len(token), len(session.csrf)) == ("maryam", 43, 43)
    assert stores.sessions.find(token) == session
    assert stores.sessions.find(token[:-1]) is None
    for hours in (11, 11, 11):
        clock.forward(hours * 3600)
        assert stores.sessions.find(token) is not None
    clock.forward(12 * 3600)
    assert stores.sessions.find(token) is None
    again = stores.sessions.login("maryam", PASSWORD, "10.0.0.1")
    assert again is not None
    stores.sessions.end(again[1])
    stores.sessions.end("nothing")
    assert stores.sessions.find(again[1]) is None
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert not any(secret.encode() in content for secret in (token, again[1], PASSWORD))


def test_who_is_disabled_or_gets_another_password_is_logged_out(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)
    for change in ({"active": False}, {"password": "گذرواژهٔ تازه ۹۹"}):
        stores.people.change("maryam", active=True, password=PASSWORD)
        opened = stores.sessions.login("maryam", PASSWORD, "10.0.0.1")
        assert opened is not None
        stores.people.change("maryam", **change)  # type: ignore[arg-type]
        assert stores.sessions.find(opened[1]) is None
        assert stores.sessions.login("maryam", PASSWORD, "10.0.0.1") is None


def test_a_session_has_the_role_of_now(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)
    opened = stores.sessions.login("maryam", PASSWORD, "10.0.0.1")
    assert opened is not None
    stores.people.change("maryam", role="analyst")
    found = stores.sessions.find(opened[1])
    assert found is not None
    assert found.user.role == "analyst"


def test_five_wrong_passwords_are_enough_for_a_while(stores: Stores, clock: Any) -> None:
    for login in ("maryam", "ali"):
        stores.people.add(login, "reviewer", PASSWORD)
    for number in range(5):
        assert stores.sessions.login("Maryam", "گذرواژهٔ نادرست", f"10.0.0.{number}") is None
    with pytest.raises(Throttled) as refused:
        stores.sessions.login("maryam", PASSWORD, "10.0.0.9")
    assert 0 < refused.value.seconds <= 901
    assert stores.sessions.login("ali", PASSWORD, "10.0.0.9") is not None
    clock.forward(15 * 60)
    assert stores.sessions.login("maryam", PASSWORD, "10.0.0.9") is not None


def test_one_address_cannot_try_many_logins(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)
    for number in range(5):
        assert stores.sessions.login(f"nobody{number}", PASSWORD, "10.0.0.1") is None
    with pytest.raises(Throttled):
        stores.sessions.login("maryam", PASSWORD, "10.0.0.1")
    assert stores.sessions.login("maryam", PASSWORD, "10.0.0.2") is not None


def test_a_right_password_makes_up_for_the_wrong_ones_before(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)
    for number in range(12):
        assert (stores.sessions.login("maryam", PASSWORD, f"10.0.0.{number}") is not None) is True
        for _ in range(2):
            assert stores.sessions.login("maryam", "گذرواژهٔ نادرست", f"10.0.1.{number}") is None


def test_an_unknown_login_takes_as_long_as_a_wrong_password(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", PASSWORD)

    def seconds(login: str, address: str) -> float:
        begin = time.perf_counter()
        assert stores.sessions.login(login, "گذرواژهٔ نادرست", address) is None
        return time.perf_counter() - begin

    stores.sessions.login("warm", PASSWORD, "10.0.0.0")
    known = min(seconds("maryam", f"10.0.0.{number}") for number in range(3))
    unknown = min(seconds("nobody", f"10.0.1.{number}") for number in range(3))
    assert unknown > known / 2


def test_the_last_administrator_stays(stores: Stores) -> None:
    stores.people.add("one", "admin", PASSWORD)
    for change in ({"active": False}, {"role": "reviewer"}):
        with pytest.raises(InvalidInput):
            stores.people.change("one", **change)  # type: ignore[arg-type]
    stores.people.add("two", "admin", PASSWORD)
    assert not stores.people.change("one", active=False).active


def test_whom_a_provider_vouches_for_comes_in_if_they_are_one_of_us(stores: Stores, clock: Any) -> None:
    stores.people.add("Maryam", "reviewer", None)
    stores.people.add("ali", "admin", PASSWORD)
    stores.people.add("gone", "analyst", PASSWORD)
    stores.people.change("gone", active=False)
    opened = stores.sessions.enter("mARYAM", "10.0.0.1")
    assert opened is not None
    session, token = opened
    assert (session.user.login, session.user.role, len(token), len(session.csrf)) == ("Maryam", "reviewer", 43, 43)
    assert stores.sessions.find(token) == session
    assert stores.sessions.enter("ali", "10.0.0.1") is not None
    for login in ("nobody", "gone", "", "\ud800"):
        assert stores.sessions.enter(login, "10.0.0.1") is None
    told = [(each.action, each.object, each.actor, dict(each.detail)) for each in stores.audit.list(6).items]
    said = {"address": "10.0.0.1", "by": "oidc"}
    failed = [("login.failed", f"user:{name}", "system", said) for name in ("?", "?", "gone", "?")]
    assert told == [*failed, *(("login.ok", f"user:{name}", f"user:{name}", said) for name in ("ali", "Maryam"))]
    stores.people.change("maryam", active=False)
    assert stores.sessions.find(token) is None
    clock.forward(12 * 3600)
    stores.people.change("maryam", active=True)
    assert stores.sessions.find(token) is None


def test_a_login_that_only_folds_to_ours_is_somebody_else(stores: Stores) -> None:
    stores.people.add("sara", "admin", None)
    assert "\u017fara".casefold() == "sara"
    assert stores.sessions.enter("\u017fara", "10.0.0.1") is None


def test_no_password_is_right_for_who_has_none_and_it_takes_as_long(stores: Stores) -> None:
    stores.people.add("maryam", "reviewer", None)
    stores.people.add("ali", "reviewer", PASSWORD)

    def seconds(login: str, password: str, address: str) -> float:
        begin = time.perf_counter()
        assert stores.sessions.login(login, password, address) is None
        return time.perf_counter() - begin

    tries = [seconds("maryam", password, f"10.0.0.{at}") for at, password in enumerate(("!", "", "no such person"))]
    assert min(tries) > min(seconds("ali", "گذرواژهٔ نادرست", f"10.0.1.{at}") for at in range(3)) / 2
    stores.people.change("maryam", password=PASSWORD)
    assert stores.sessions.login("maryam", PASSWORD, "10.0.0.9") is not None
