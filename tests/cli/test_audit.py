"""The audit log from the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.bootstrap import open_app
from nlp.review.actor import acting
from nlp.settings import load_settings
from service.cli.audit import app


def test_it_is_listed_and_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMANYAR_HOME", str(tmp_path))
    application = open_app(load_settings())
    for name in ("a", "b"):
        with acting(f"user:{name}"):
            application.stores.audit.record("report.read", f"report:{name}")
    application.close()
    run = CliRunner().invoke
    assert run(app, ["verify"]).stdout == "2 entries, unbroken\n"
    listed = [line.split("\t") for line in run(app, ["list"]).stdout.splitlines()]
    assert [(line[0], line[2], line[4]) for line in listed] == [("2", "user:b", "report:b"), ("1", "user:a", "report:a")]
    assert run(app, ["list", "--actor", "user:a"]).stdout.count("\n") == 1
    assert run(app, ["list", "--since", "1450/01/01"]).stdout == ""
    with closing(sqlite3.connect(tmp_path / "samanyar.db")) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'user:c' WHERE seq = 2")
        connection.commit()
    broken = run(app, ["verify"])
    assert (broken.exit_code, "2" in broken.stderr) == (1, True)
