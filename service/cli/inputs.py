"""What `score` and `import` share: their INPUT arguments, rows read from them, and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from nlp.adapters.readers import discover
from nlp.errors import InvalidInput
from nlp.ports import ReaderPort
from nlp.types import Reject, Row

INPUT_HELP = "Files, folders, or - for JSONL on standard input."
MAP_HELP = "Column of a field, such as text=شرح; may be given several times."
_LINE_EVERY = 200


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """`text=شرح` pairs to a mapping. :raises InvalidInput:"""
    mapping = {}
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign or not field.strip() or not column.strip():
            raise InvalidInput("--map به شکل «فیلد=ستون» نوشته می‌شود، مانند --map text=شرح.", detail=f"bad --map {pair!r}")
        mapping[field.strip()] = column.strip()
    return mapping


def read_rows(reader: ReaderPort, inputs: Sequence[str], mapping: Mapping[str, str]) -> Iterator[Row | Reject]:
    """All rows of all inputs, in order. Files are named as the user gave them. :raises InvalidInput: an input is not there."""
    missing = [name for name in inputs if name != "-" and not Path(name).exists()]
    if missing:
        raise InvalidInput(f"پیدا نشد: {'، '.join(missing)}", detail="no such file or folder")
    for name in inputs:
        if name == "-":
            yield from reader.read_stream(sys.stdin.buffer, mapping)
        else:
            for path in discover([name]):
                yield from reader.read(path, mapping, name=str(path))


@contextmanager
def show_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, plain lines elsewhere; call it with the rows done and rejected so far."""
    if not sys.stderr.isatty():
        last = 0

        def plain(done: int, rejected: int) -> None:
            nonlocal last
            if done + rejected - last >= _LINE_EVERY:
                last = done + rejected
                typer.echo(f"{label}: {done} done, {rejected} rejected", err=True)

        yield plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, rejected: progress.update(
            task, completed=done + rejected, description=f"{label} ({rejected} rejected)"
        )
