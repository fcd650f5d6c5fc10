"""A model folder's manifest: what the model is, and the SHA-256 of each of its files. A file that does not match is refused.

The model's own hash is over the whole manifest but its name: calibration and thresholds belong to it as the weights do.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.errors import ModelRefused

MANIFEST = "manifest.toml"
BRANCH = "branch.safetensors"
STATES = ("model.safetensors", BRANCH)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sha256` names the model: the hash over the hashes of all its files and everything else that is said here but the name.
    `prototypes`, `heads` and `facets` hold calibration, if fitted; `weights` names what token states come from, the encoder and
    its branch."""

    name: str
    dimension: int
    max_tokens: int
    prompts: Mapping[str, str]
    sha256: str
    prototypes: Mapping[str, Any] | None
    heads: Mapping[str, Any] | None
    facets: Mapping[str, Any] | None
    weights: str = ""


def load_manifest(folder: Path) -> Manifest:
    """Read the manifest and check every file it lists. :raises ModelRefused: it is missing, broken, or a hash is wrong."""
    try:
        data = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = dict(data["files"])
        manifest = Manifest(
            name=data["name"],
            dimension=data["dimension"],
            max_tokens=data["max_tokens"],
            prompts=data["prompts"],
            sha256=hashlib.sha256(json.dumps({**data, "name": ""}, sort_keys=True, default=str).encode()).hexdigest(),
            prototypes=data.get("prototypes"),
            heads=data.get("heads"),
            facets=data.get("facets"),
            weights=hashlib.sha256("".join(files.get(name, "") for name in STATES).encode()).hexdigest(),
        )
    except FileNotFoundError as error:
        raise ModelRefused("پوشهٔ مدل شناسنامه (manifest.toml) ندارد.", f"no {MANIFEST} in {folder.name}") from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, OSError) as error:
        raise ModelRefused("شناسنامهٔ مدل خواندنی نیست.", f"{folder.name}/{MANIFEST}: {error}") from error
    for name, expected in files.items():
        path = folder / name
        if path.resolve().is_relative_to(folder.resolve()) and path.is_file() and _sha256(path) == expected:
            continue
        raise ModelRefused("یکی از فایل‌های مدل با شناسنامهٔ آن نمی‌خواند.", f"{folder.name}/{name} is missing or was altered")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
