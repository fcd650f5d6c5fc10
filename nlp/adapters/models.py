"""The shelf of models: those that ship with the product and those trained here, and which of them was promoted last.

`home/models/promoted.json` holds the names in the order of promotion; the last one is in use. Replaced atomically, and changed
only under the shelf's lock.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from nlp.adapters.encoders import load_manifest
from nlp.adapters.encoders.manifest import MANIFEST, Manifest
from nlp.errors import Busy, ConfigurationError, ModelRefused, NotFound

PROMOTED = "promoted.json"


@dataclass(frozen=True, slots=True)
class ShelvedModel:
    """`sha256` and `manifest` are None where the folder is refused, and `problem` says why."""

    name: str
    folder: Path
    sha256: str | None
    problem: str | None
    manifest: Manifest | None = None


def read_promoted(home: Path) -> list[str]:
    """Names in the order of promotion. :raises ConfigurationError: the file is damaged."""
    path = home / "models" / PROMOTED
    try:
        names = json.loads(path.read_text(encoding="utf-8"))["promoted"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, type(error).__name__) from error
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise _damaged(path, "promoted is no list of names")
    return names


def _damaged(path: Path, why: str) -> ConfigurationError:
    message = f"فایل {path} خواندنی نیست؛ اگر پاک شود مدل همراه برنامه به کار می‌رود."
    return ConfigurationError(message, f"{path}: {why}")


class ModelShelf:
    """Models by name; a model trained here hides a shipped one of the same name."""

    def __init__(self, home: Path, shipped: Path, default: str) -> None:
        self._home, self._shipped, self._default = home, shipped, default

    def models(self) -> list[ShelvedModel]:
        """Every model folder, by name, each checked against its manifest."""
        folders: dict[str, Path] = {}
        for shelf in (self._shipped, self._home / "models"):
            folders |= {each.name: each for each in shelf.glob("*") if (each / MANIFEST).is_file()}
        return [_checked(name, folders[name], _stamp(folders[name])) for name in sorted(folders)]

    def folder(self, name: str) -> Path:
        """:raises NotFound: no model has this name."""
        found = next((each.folder for each in self.models() if each.name == name), None)
        if found is None:
            raise NotFound(f"مدلی به نام «{name}» نیست؛ samanyar models list همه را نشان می‌دهد.", f"no model {name}")
        return found

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held while the model in use is changed. :raises Busy: another process is at it."""
        path = self._home / "models" / ".lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy(
                    "هم‌اکنون مدل دیگری به کار گرفته می‌شود؛ پس از پایان آن دوباره بکوشید.",
                    "the shelf is locked by another promotion or rollback",
                ) from error
            yield

    @property
    def current(self) -> str:
        """The one that was promoted last, else the shipped default."""
        return (read_promoted(self._home) or [self._default])[-1]

    @property
    def since(self) -> datetime | None:
        """When the one in use was promoted, or gone back to, UTC; None: nothing ever was."""
        try:
            changed = (self._home / "models" / PROMOTED).stat().st_mtime
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(changed, UTC)

    @property
    def previous(self) -> str:
        """What `rollback` goes back to: the last one promoted before whose folder is still there.

        :raises NotFound: nothing was promoted before."""
        there = {model.name for model in self.models()}
        before = [name for name in read_promoted(self._home)[:-1] if name in there]
        if not before:
            raise NotFound("مدلی پیش از این به کار نبوده است.", "nothing to roll back to")
        return before[-1]

    def promote(self, name: str) -> None:
        """Put a model in use. :raises NotFound: no model has this name."""
        self.folder(name)
        self._write([*(read_promoted(self._home) or [self._default]), name])

    def rollback(self) -> str:
        """Back to `previous`; returns its name. :raises NotFound: nothing was promoted before."""
        name, promoted = self.previous, read_promoted(self._home)[:-1]
        while promoted[-1] != name:
            promoted.pop()
        self._write(promoted)
        return name

    def _write(self, names: list[str]) -> None:
        path = self._home / "models" / PROMOTED
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps({"promoted": names}, ensure_ascii=False), encoding="utf-8")
        part.replace(path)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Size and time of every file: where these stay, the files are not read again only to list models. Who opens a model checks
    all of it."""
    found = ((str(path), path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


@lru_cache(maxsize=64)
def _checked(name: str, folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> ShelvedModel:  # noqa: ARG001 - another, another answer
    try:
        manifest = load_manifest(folder)
    except ModelRefused as error:
        return ShelvedModel(name, folder, None, error.message)
    return ShelvedModel(name, folder, manifest.sha256, None, manifest)
