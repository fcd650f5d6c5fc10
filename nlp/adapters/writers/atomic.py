"""A file appears under its name only when it is complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of `path` at the end, or vanishes, with all that lies beside it, when the block
    raises. It lies in a private folder of its own next to `path`, on the same file system, closed to other users."""
    with tempfile.TemporaryDirectory(prefix=".samanyar-", dir=path.parent) as folder:
        temporary = Path(folder) / f"out{path.suffix.lower()}"
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
