"""Which format a file is: its ending says what it should be, its first bytes must agree."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp.adapters.readers.request import Refused, Request

Shape = Literal["text", "zip", "pdf", "parquet", "image"]
_PACKAGE = "nlp.adapters.readers"


@dataclass(frozen=True, slots=True)
class Format:
    """Where a format is read. `sandboxed` formats are parsed in the worker process; `table` words what is empty."""

    module: str
    function: str = "read"
    shape: Shape | None = "text"
    sandboxed: bool = False
    table: bool = False


_IMAGE = Format(f"{_PACKAGE}.ocr", shape="image", sandboxed=True)
_HTML = Format(f"{_PACKAGE}.html")
_MARKDOWN = Format(f"{_PACKAGE}.text", "read_markdown")
_CSV = Format(f"{_PACKAGE}.delimited", table=True)
_JSONL = Format(f"{_PACKAGE}.jsonl")
FORMATS: Mapping[str, Format] = {
    ".txt": Format(f"{_PACKAGE}.text"),
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".docx": Format(f"{_PACKAGE}.docx", shape="zip", sandboxed=True),
    ".pdf": Format(f"{_PACKAGE}.pdf", shape="pdf", sandboxed=True),
    ".csv": _CSV,
    ".tsv": _CSV,
    ".xlsx": Format(f"{_PACKAGE}.sheet", "read_xlsx", "zip", sandboxed=True, table=True),
    ".ods": Format(f"{_PACKAGE}.sheet", "read_ods", "zip", sandboxed=True, table=True),
    ".jsonl": _JSONL,
    ".ndjson": _JSONL,
    ".parquet": Format(f"{_PACKAGE}.parquet", shape="parquet", sandboxed=True, table=True),
    ".png": _IMAGE,
    ".jpg": _IMAGE,
    ".jpeg": _IMAGE,
    ".tif": _IMAGE,
    ".tiff": _IMAGE,
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (_OLE, "ole"),
    (b"PAR1", "parquet"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "gif"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x7fELF", "program"),
    (b"{\\rtf", "rtf"),
)
_HEAD = 4096
_WHITE = b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf\xff\xfe"


def recognize(request: Request, test_formats: Mapping[str, str]) -> Format:
    """The format of a file that exists, has an allowed size and looks like its ending.

    :raises Refused:"""
    ending = request.path.suffix.casefold()
    size = _size(request.path)
    if ending in test_formats:
        return Format(test_formats[ending], shape=None, sandboxed=True)
    if ending in (".doc", ".xls"):
        raise Refused("wrong_type", f"an old {ending} file", hint="old_word" if ending == ".doc" else "old_excel")
    form = FORMATS.get(ending)
    if form is None:
        raise Refused("unsupported_type", f"the ending {ending[:20]!r} is not supported")
    if size > request.limits.file_bytes:
        raise Refused("file_too_large", f"{size} bytes, at most {request.limits.file_bytes}", hint="file_bytes")
    try:
        with request.path.open("rb") as stream:
            head = stream.read(_HEAD)
            blank = not head.strip(_WHITE) and not any(chunk.strip(_WHITE) for chunk in iter(lambda: stream.read(1 << 20), b""))
            if blank:
                raise Refused("empty_sheet" if form.table else "empty_text", "the file is empty")
            _check(form, ending, _shape(head), request.path)
    except OSError as error:
        raise _unreadable(error) from None
    return form


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    if not stat.S_ISREG(status.st_mode):
        raise Refused("unsupported_type", "not a regular file")
    if not os.access(path, os.R_OK):
        raise Refused("damaged", "no permission to read it", hint="unreadable")
    return status.st_size


def _unreadable(error: Exception) -> Refused:
    return Refused("damaged", f"cannot be opened: {type(error).__name__}", hint="unreadable")


def _shape(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return next((shape for magic, shape in _MAGIC if head.startswith(magic)), "text")


def _check(form: Format, ending: str, shape: str, path: Path) -> None:
    if shape == form.shape:
        return
    if shape == "ole":
        data = path.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("password", "an encrypted Office file")
        hint = {".docx": "old_word", ".xlsx": "old_excel"}.get(ending)
        raise Refused("wrong_type", f"an old Office file named {ending}", hint=hint)
    if form.shape == "text" and shape == "pdf" and not path.read_bytes().lstrip(_WHITE).startswith(b"%PDF-"):
        return
    if shape == "text" and form.shape != "text":
        raise Refused("damaged" if _is_binary(path) else "wrong_type", f"does not begin like {ending}")
    raise Refused("wrong_type", f"looks like {shape}, not {ending}")


def _is_binary(path: Path) -> bool:
    """Unknown bytes are a broken file; readable text is a wrong ending."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return sum(byte < 9 or 13 < byte < 32 for byte in head) > 0.02 * len(head)
