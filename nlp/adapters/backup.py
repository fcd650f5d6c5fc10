"""One file that holds all that cannot be made again: the database, the models trained here, and which of them is in use.

A tar with `manifest.json` first: the SHA-256 of every other file. Indexes and compiled models are derived anew, files that jobs
wait for are not kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from nlp.adapters.stores.schema import database_file, upgrade
from nlp.adapters.writers.atomic import replacing
from nlp.errors import InvalidInput

MANIFEST, DATABASE, MODELS = "manifest.json", "samanyar.db", "models"
FORMAT = 1
_MOST_MANIFEST = 10_000_000


def write_backup(url: str, home: Path, path: Path) -> int:
    """Copy the database as it is at one moment, while others write, and the models; the file is for its owner's eyes alone, and
    appears under its name when it is complete. Returns how many files are in it."""
    with tempfile.TemporaryDirectory(prefix=".samanyar-", dir=path.absolute().parent) as folder:
        copy = Path(folder) / DATABASE
        _copy_database(database_file(url), copy)
        files = {DATABASE: copy}
        models = home / MODELS
        for each in sorted(models.rglob("*")):
            if each.is_file() and not each.is_symlink() and each.name != ".lock":
                files[f"{MODELS}/{each.relative_to(models).as_posix()}"] = each
        with replacing(path) as temporary:
            temporary.touch(mode=0o600)
            temporary.chmod(0o600)
            with tarfile.open(temporary, "w") as archive:
                manifest = {"format": FORMAT, "files": {name: _sha256(file) for name, file in files.items()}}
                data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size, head.mode = len(data), 0o600
                archive.addfile(head, io.BytesIO(data))
                for name, file in files.items():
                    archive.add(file, name, recursive=False)
    return len(files)


def restore_backup(path: Path, url: str, home: Path) -> int:
    """Put everything back into an empty home; returns how many files. Nothing is put anywhere before every hash was checked.

    :raises InvalidInput: the home or the database is there already, or the file is damaged, altered or no backup.
    :raises ConfigurationError: a newer Samanyar wrote it."""
    database = database_file(url)
    if database.exists() or (home.exists() and any(home.iterdir())):
        raise InvalidInput("پشتیبان تنها در خانه‌ای خالی بازگردانده می‌شود.", detail=f"{home} or its database is not empty")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".samanyar-", dir=home) as folder:
        try:
            count = _unpack(path, Path(folder))
        except (OSError, tarfile.TarError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise InvalidInput(
                "این فایل پشتیبان درستی نیست.", detail=f"{path.name}: {type(error).__name__}: {error}"
            ) from error
        upgrade(f"sqlite:///{Path(folder).resolve() / DATABASE}")
        _settle(Path(folder) / DATABASE)
        if (Path(folder) / MODELS).exists():
            shutil.move(Path(folder) / MODELS, home / MODELS)
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder) / DATABASE, database)
    return count


def _copy_database(source: Path, copy: Path) -> None:
    """By SQLite's online backup, in one step: a writer meanwhile changes nothing in it."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(copy)) as new,
    ):
        old.backup(new)
    _settle(copy)


def _settle(file: Path) -> None:
    """Leave one file, without a write-ahead log beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").close()


def _unpack(path: Path, folder: Path) -> int:
    """:raises ValueError: what is in it is not what its manifest says."""
    with tarfile.open(path, "r:") as archive:
        files = _manifest(archive)
        for member in archive:
            if member.name == MANIFEST:
                continue
            if not member.isreg() or member.name not in files:
                raise ValueError(f"{member.name} is not in the manifest")
            archive.extract(member, folder, filter="data")
    for name, sha256 in files.items():
        file = folder / name
        if not file.is_file() or _sha256(file) != sha256:
            raise ValueError(f"{name} is missing or was altered")
        os.chmod(file, 0o600)  # noqa: PTH101 - as short
    return len(files)


def _manifest(archive: tarfile.TarFile) -> dict[str, str]:
    """The SHA-256 of each file by its name, every name one that a backup has."""
    head = archive.next()
    stream = archive.extractfile(head) if head and head.name == MANIFEST and head.size < _MOST_MANIFEST else None
    if stream is None:
        raise ValueError("no manifest")
    manifest: Any = json.loads(stream.read())
    if manifest["format"] != FORMAT:
        raise ValueError(f"unknown format {manifest['format']}")
    files: dict[str, str] = manifest["files"]
    for name in files:
        parts = PurePosixPath(name).parts
        if name != DATABASE and (parts[0] != MODELS or ".." in parts or len(parts) < 2):
            raise ValueError(f"{name} has no place in a backup")
    if DATABASE not in files:
        raise ValueError("no database")
    return files


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
