"""Reads any supported file: recognizes it, parses safe formats here and hostile ones in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.headers import fields
from nlp.adapters.readers.jsonl import read_lines
from nlp.adapters.readers.request import Refused, Request
from nlp.adapters.readers.sandbox import Sandbox
from nlp.adapters.readers.sniff import Format, recognize
from nlp.errors import FieldError, InvalidInput
from nlp.types import Limits, Reject, Row


class FileReader:
    """`ReaderPort` for files, and for JSON lines from a stream. Safe to use from several threads."""

    def __init__(self, *, ocr: bool, test_formats: Mapping[str, str], limits: Limits) -> None:
        self._ocr = ocr
        self._test_formats = test_formats
        self._limits = limits
        self._sandbox = Sandbox(limits)

    def read(self, path: Path, mapping: Mapping[str, str] | None = None, name: str | None = None) -> Iterator[Row | Reject]:
        """All reports of one file, then a Reject for what could not be read of it.

        :raises InvalidInput: `mapping` names a field that there is not."""
        request = self._request(path, mapping, name)
        return self._guarded(request, lambda: self._found(request))

    def read_stream(
        self, stream: BinaryIO, mapping: Mapping[str, str] | None = None, name: str = "-"
    ) -> Iterator[Row | Reject]:
        """JSON lines as they come; each line is decoded for itself."""
        request = self._request(Path(name), mapping, name)
        return self._guarded(request, lambda: read_lines(request, _lines(stream, self._limits.file_bytes)))

    def needs_ocr(self, path: Path) -> bool:
        """Whether reading it is slow because it is a picture; False for what cannot be read at all."""
        request = self._request(path, None, None)
        try:
            form = recognize(request, {})
            if form.shape == "pdf":
                return self._sandbox.needs_ocr(request, form)
        except Refused:
            return False
        return form.shape == "image"

    def close(self) -> None:
        """Ends the worker; a later read starts another."""
        self._sandbox.close()

    def __enter__(self) -> FileReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _request(self, path: Path, mapping: Mapping[str, str] | None, name: str | None) -> Request:
        wrong = sorted(set(mapping or ()) - fields())
        if wrong:
            errors = [FieldError(f"/map/{field}", f"not a field: {field}") for field in wrong]
            known = "، ".join(sorted(fields()))
            raise InvalidInput(f"چنین فیلدی نیست؛ نام‌های درست: {known}.", errors, f"unknown fields: {', '.join(wrong)}")
        return Request(path.absolute(), name or path.name, self._limits, dict(mapping or {}), self._ocr)

    def _found(self, request: Request) -> Iterator[Row | Reject]:
        form = recognize(request, self._test_formats)
        return self._sandbox.read(request, form) if form.sandboxed else _read_here(request, form)

    def _guarded(self, request: Request, find: Callable[[], Iterator[Row | Reject]]) -> Iterator[Row | Reject]:
        """Nothing that is in a file may stop the program."""
        try:
            yield from find()
        except Refused as refusal:
            yield request.refused(refusal)
        except OSError as error:
            yield request.reject("damaged", f"cannot be read: {type(error).__name__}", hint="unreadable")
        except (MemoryError, RecursionError) as error:
            yield request.reject("reader_crashed", type(error).__name__)


def _read_here(request: Request, form: Format) -> Iterator[Row | Reject]:
    found: Iterator[Row | Reject] = getattr(import_module(form.module), form.function)(request)
    return found


def _lines(stream: BinaryIO, longest: int) -> Iterator[tuple[int, str | Refused]]:
    """Numbered lines; one that is too long is passed over without being kept."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) > longest and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            yield number, Refused("file_too_large", f"a line of more than {longest} bytes", hint="file_bytes")
            continue
        try:
            yield number, decode(line)
        except Refused as refusal:
            yield number, refusal
