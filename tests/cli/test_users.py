"""People from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nlp.bootstrap import open_app
from nlp.errors import InvalidInput, NotFound
from nlp.settings import load_settings
from nlp.types import NgoRef
from service.cli.users import app

PASSWORD = "گذرواژه‌ای دراز ۱۲"
Users = Callable[..., Result]


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Users:
    monkeypatch.setenv("SAMANYAR_HOME", str(tmp_path))

    def run(*arguments: str, given: str = PASSWORD + "\n") -> Result:
        found = CliRunner().invoke(app, list(arguments), input=given)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    return run


def test_the_first_administrator_is_made_here(users: Users) -> None:
    made = users("add", "Root", "--role", "admin", "--name", "مدیر", "--password-stdin")
    assert (made.exit_code, made.stdout) == (0, "Root\tadmin\t\tactive\tمدیر\n")
    assert PASSWORD not in made.output
    application = open_app(load_settings())
    assert application.stores.sessions.login("root", PASSWORD, "x") is not None
    users("add", "two", "--role", "reviewer", "--password-stdin")
    assert users("disable", "two").stdout == "two\treviewer\t\tdisabled\t\n"
    assert users("role", "two", "admin").stdout == "two\tadmin\t\tdisabled\t\n"
    assert users("enable", "TWO").stdout == "two\tadmin\t\tactive\t\n"
    users("passwd", "two", "--password-stdin", given="گذرواژهٔ تازه ۹۹\n")
    assert application.stores.sessions.login("two", "گذرواژهٔ تازه ۹۹", "x") is not None
    assert [line.split("\t")[0] for line in users("list").stdout.splitlines()] == ["Root", "two"]
    application.close()


def test_somebody_without_a_password_is_only_let_in_by_the_provider(users: Users) -> None:
    assert users("add", "sara", "--role", "analyst", "--no-password", given="").stdout == "sara\tanalyst\t\tactive\t\n"
    application = open_app(load_settings())
    assert application.stores.sessions.login("sara", "", "x") is None
    assert application.stores.sessions.enter("sara", "x") is not None
    application.close()
    with pytest.raises(InvalidInput):
        users("add", "two", "--role", "analyst", "--no-password", "--password-stdin")


def test_a_submitter_needs_its_ngo(users: Users) -> None:
    application = open_app(load_settings())
    ngo = application.stores.reports.resolve_ngo(NgoRef("الف")).id
    application.close()
    assert ngo in users("add", "one", "--role", "submitter", "--ngo", ngo, "--password-stdin").stdout
    for wrong in (
        ("add", "two", "--role", "submitter", "--password-stdin"),
        ("add", "two", "--role", "boss", "--password-stdin"),
        ("add", "two", "--role", "admin"),
    ):
        with pytest.raises(InvalidInput):
            users(*wrong)
    with pytest.raises(InvalidInput):
        users("add", "two", "--role", "admin", "--password-stdin", given="short\n")
    with pytest.raises(NotFound):
        users("disable", "nobody")
