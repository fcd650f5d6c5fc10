"""What a backup promises: one moment, whole, verified, and put back nowhere but into an empty home."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nlp.adapters.backup import restore_backup, write_backup
from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.errors import ConfigurationError, InvalidInput
from nlp.types import Filters, Report
from tests.contracts.test_store_processes import process, ready


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With a model that was trained here."""
    folder = tmp_path / "home" / "models"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "manifest.toml").write_text("name = 'mine'", encoding="utf-8")
    (folder / "promoted.json").write_text('{"promoted": ["mine"]}', encoding="utf-8")
    (folder / ".lock").touch()
    return tmp_path / "home"


def restored(backup: Path, folder: Path) -> Stores:
    url = f"sqlite:///{folder / 'samanyar.db'}"
    restore_backup(backup, url, folder)
    return open_stores(SqlConfig(url=url))


def test_a_backup_while_others_write_is_one_moment(stores: Stores, url: str, home: Path, tmp_path: Path) -> None:
    backup = tmp_path / "all.tar"
    with process(url, "answer") as child:
        ready(child)
        time.sleep(0.3)
        assert write_backup(url, home, backup) == 3
        time.sleep(0.1)
        child.kill()
    assert backup.stat().st_mode & 0o777 == 0o600
    again = restored(backup, tmp_path / "new")
    kept = {report.id: report for report in again.reports.iterate(Filters())}
    assert kept
    assert len(kept) < stores.reports.stats().reports
    assert all(stores.reports.get(name) == report for name, report in kept.items())
    assert again.audit.verify() == (len(kept), None)
    assert again.reports.check_words() == (0, 0)
    again.close()
    assert (tmp_path / "new" / "models" / "promoted.json").read_text(encoding="utf-8") == '{"promoted": ["mine"]}'
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["models", "samanyar.db"]


def test_it_is_put_back_only_where_nothing_is(stores: Stores, url: str, home: Path, tmp_path: Path) -> None:
    write_backup(url, home, tmp_path / "all.tar")
    other = tmp_path / "other"
    for folder, database in ((home, tmp_path / "fresh.db"), (other, tmp_path / "store.db")):
        with pytest.raises(InvalidInput):
            restore_backup(tmp_path / "all.tar", f"sqlite:///{database}", folder)
    assert not other.exists()
    assert not (tmp_path / "fresh.db").exists()


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], None], *, sign: bool = False) -> None:
    """Another archive in its place; `sign`: with the hashes of what is in it."""
    with tarfile.open(backup) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]  # a file
    change(files)
    if sign:
        import hashlib

        named = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
        files["manifest.json"] = json.dumps({"format": 1, "files": named}).encode()
    with tarfile.open(backup, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (lambda files: files.update({"models/mine/manifest.toml": b"name = 'other'"}), False),
        (lambda files: files.pop("models/promoted.json"), False),
        (lambda files: files.update({"models/more": b"x"}), False),
        (lambda files: files.update({"../outside": b"x"}), True),
        (lambda files: files.update({"models/../../outside": b"x"}), True),
        (lambda files: files.update({"/outside": b"x"}), True),
        (lambda files: files.update({"etc/passwd": b"x"}), True),
        (lambda files: files.pop("samanyar.db"), True),
        (lambda files: files.pop("manifest.json"), False),
        (lambda files: files.update({"manifest.json": b"[]"}), False),
        (lambda files: files.update({"manifest.json": b'{"format": 2, "files": {}}'}), False),
    ],
)
def test_what_was_altered_is_refused_and_nothing_is_written(
    stores: Stores,
    url: str,
    home: Path,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    sign: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    backup = tmp_path / "all.tar"
    write_backup(url, home, backup)
    rewritten(backup, change, sign=sign)
    before = {path for path in tmp_path.rglob("*") if "new" not in path.parts}
    with pytest.raises(InvalidInput):
        restored(backup, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert {path for path in tmp_path.rglob("*") if "new" not in path.parts} == before


def test_a_link_and_a_file_that_is_no_archive_are_refused(stores: Stores, url: str, home: Path, tmp_path: Path) -> None:
    backup = tmp_path / "all.tar"
    write_backup(url, home, backup)
    with tarfile.open(backup, "a") as archive:
        link = tarfile.TarInfo("models/promoted.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(InvalidInput):
        restored(backup, tmp_path / "new")
    backup.write_bytes(b"not an archive" * 100)
    with pytest.raises(InvalidInput):
        restored(backup, tmp_path / "new")
    with pytest.raises(InvalidInput):
        restored(tmp_path / "nothing.tar", tmp_path / "new")


def test_a_database_of_a_newer_version_is_refused(
    stores: Stores, url: str, home: Path, tmp_path: Path, make_report: Callable[..., Report]
) -> None:
    stores.reports.put(make_report(), None)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    write_backup(url, home, tmp_path / "all.tar")
    with pytest.raises(ConfigurationError):
        restored(tmp_path / "all.tar", tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
