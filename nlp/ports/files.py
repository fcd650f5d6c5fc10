"""Ports of files, and of work that is shared out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from nlp.types import Reject, Report, Row

T = TypeVar("T")
R = TypeVar("R")


class ReaderPort(Protocol):
    """Reads files of every supported format; hostile formats in a worker process with limits."""

    def read(self, path: Path, mapping: Mapping[str, str] | None = None, name: str | None = None) -> Iterator[Row | Reject]:
        """All reports of one file. `mapping` names a column for a field (`{"text": "شرح"}`); `name` is shown as `source.file`.
        Never raises for what is in the file: that is a Reject."""
        ...

    def read_stream(
        self, stream: BinaryIO, mapping: Mapping[str, str] | None = None, name: str = "-"
    ) -> Iterator[Row | Reject]:
        """JSON Lines from standard input."""
        ...

    def needs_ocr(self, path: Path) -> bool:
        """Whether reading this file takes text recognition, and so a while."""
        ...

    def close(self) -> None:
        """Stop the worker process, if one runs."""
        ...


class Writer(Protocol):
    """Writes analysed reports; the file appears under its name only when it is complete."""

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written."""
        ...


class Executor(Protocol):
    """Runs one function over many items; `recipe` builds what the function needs once in each worker."""

    def map(
        self, recipe: Callable[[], T], function: Callable[[T, R], Any], items: Iterable[R], *, in_flight: int
    ) -> AbstractContextManager[Iterator[Any]]:
        """Results in order of the items."""
        ...
