"""Which files a command line means."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlp.errors import InvalidInput

_SKIPPED = (".", "~$")


def discover(inputs: Sequence[str | Path]) -> Iterator[Path]:
    """Files as given, and all files in folders below them, by name; hidden ones and Office's lock files are skipped, and a file
    that is reached twice comes once. What cannot be read among them is for the reader to reject.

    :raises InvalidInput: an input is not there."""
    seen: set[str] = set()
    for item in map(Path, inputs):
        if not item.exists():
            raise InvalidInput(f"«{item.name}» پیدا نشد؛ نام و جای آن را بررسی کنید.", detail=f"no such input: {item.name}")
        for path in _walk(item, set()) if item.is_dir() else (item,):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield path


def _walk(folder: Path, above: set[str]) -> Iterator[Path]:
    """Depth first, in the order of names; `above` are the real folders on the way down, so a link cannot lead in circles."""
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # the reader says that it cannot be read
        return
    for entry in entries:
        if entry.name.startswith(_SKIPPED):
            continue
        if entry.is_dir():
            yield from _walk(entry, above | {real})
        else:
            yield entry
