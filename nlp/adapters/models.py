"""The shelf of models: those that ship with the product and those trained here, and which of them was promoted last.

`home/models/promoted.json` holds the names in the order of promotion; the last one is in use. Replaced atomically.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from nlp.adapters.encoders import load_manifest
from nlp.adapters.encoders.manifest import MANIFEST
from nlp.errors import ConfigurationError, ModelRefused, NotFound

PROMOTED = "promoted.json"


@dataclass(frozen=True, slots=True)
class ShelvedModel:
    """`sha256` is None where the folder is refused, and `problem` says why."""

    name: str
    folder: Path
    sha256: str | None
    problem: str | None


def read_promoted(home: Path) -> list[str]:
    """Names in the order of promotion. :raises ConfigurationError: the file is damaged."""
    path = home / "models" / PROMOTED
    try:
        names = json.loads(path.read_text(encoding="utf-8"))["promoted"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"فایل {path.name} خواندنی نیست.", f"{path.name}: {type(error).__name__}") from error
    return [str(name) for name in names]


class ModelShelf:
    """Models by name; a model trained here hides a shipped one of the same name."""

    def __init__(self, home: Path, shipped: Path, default: str) -> None:
        self._home, self._shipped, self._default = home, shipped, default

    def models(self) -> list[ShelvedModel]:
        """Every model folder, by name, each checked against its manifest."""
        folders: dict[str, Path] = {}
        for shelf in (self._shipped, self._home / "models"):
            folders |= {each.name: each for each in shelf.glob("*") if (each / MANIFEST).is_file()}
        return [self._checked(name, folders[name]) for name in sorted(folders)]

    def folder(self, name: str) -> Path:
        """:raises NotFound: no model has this name."""
        found = next((each.folder for each in self.models() if each.name == name), None)
        if found is None:
            raise NotFound(f"مدلی به نام «{name}» نیست؛ samanyar models list همه را نشان می‌دهد.", f"no model {name}")
        return found

    @property
    def current(self) -> str:
        """The one that was promoted last, else the shipped default."""
        return (read_promoted(self._home) or [self._default])[-1]

    def promote(self, name: str) -> None:
        """Put a model in use. :raises NotFound: no model has this name."""
        self.folder(name)
        self._write([*(read_promoted(self._home) or [self._default]), name])

    def rollback(self) -> str:
        """Back to the one before; returns its name. :raises NotFound: nothing was promoted before."""
        promoted = read_promoted(self._home)
        if len(promoted) < 2:
            raise NotFound("مدلی پیش از این به کار نبوده است.", "nothing to roll back to")
        self.folder(promoted[-2])
        self._write(promoted[:-1])
        return promoted[-2]

    @property
    def previous(self) -> str | None:
        """What `rollback` would go back to."""
        promoted = read_promoted(self._home)
        return promoted[-2] if len(promoted) > 1 else None

    def _write(self, names: list[str]) -> None:
        path = self._home / "models" / PROMOTED
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps({"promoted": names}, ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    @staticmethod
    def _checked(name: str, folder: Path) -> ShelvedModel:
        try:
            return ShelvedModel(name, folder, load_manifest(folder).sha256, None)
        except ModelRefused as error:
            return ShelvedModel(name, folder, None, error.message)
