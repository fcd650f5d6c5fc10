"""What a zip file (docx, xlsx, ods) must be before a library may parse it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Literal

from nlp.adapters.readers.request import Refused
from nlp.types import Limits

Kind = Literal["docx", "xlsx", "ods"]
MAX_ENTRIES = 10_000
MAX_RATIO = 200
RATIO_MATTERS_FROM = 50_000_000
CHUNK = 1 << 20

_MARKS: dict[Kind, str] = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ods": "content.xml"}
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_XML_ENDINGS = (".xml", ".rels", ".vml")


def check_archive(path: Path, kind: Kind, limits: Limits) -> None:
    """Unpacks every entry once, within the limits.

    :raises Refused: damaged, too large, encrypted, of another kind, or with declarations in its XML."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, kind, limits)
            total = 0
            for entry in entries:
                total += _check_entry(archive, entry, limits.unpacked_bytes - total)
            if total > RATIO_MATTERS_FROM and total > MAX_RATIO * path.stat().st_size:
                raise Refused("file_too_large", f"unpacks to more than {MAX_RATIO} times its size")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Refused("damaged", f"zip: {type(error).__name__}") from None


def _check_directory(entries: list[zipfile.ZipInfo], kind: Kind, limits: Limits) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("file_too_large", f"{len(entries)} zip entries, at most {MAX_ENTRIES}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password", "encrypted zip entries")
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Refused("file_too_large", f"unpacks to more than {limits.unpacked_bytes} bytes")
    names = {entry.filename for entry in entries}
    if _MARKS[kind] not in names:
        other = next((name for name, mark in _MARKS.items() if mark in names), None)
        raise Refused("wrong_type", f"a zip that is {other or 'no document'}, not {kind}")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Bytes that the entry really unpacks to."""
    is_xml = entry.filename.lower().endswith(_XML_ENDINGS)
    manifest = entry.filename == "META-INF/manifest.xml"
    size, tail = 0, b""
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > left:
                raise Refused("file_too_large", "unpacks to more bytes than allowed")
            window = tail + chunk
            if is_xml and any(word in window for word in _DECLARATIONS):
                raise Refused("damaged", "XML with a DTD or entities")
            if manifest and b"encryption-data" in window:
                raise Refused("password", "encrypted OpenDocument file")
            tail = window[-32:]
    return size
