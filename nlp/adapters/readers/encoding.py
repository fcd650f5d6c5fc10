"""Bytes to text, exactly or not at all: a wrong letter would be a wrong report."""

from __future__ import annotations

import codecs
import re

from nlp.adapters.readers.request import Refused

_ARABIC = re.compile("[\u0600-\u06ff\u200c-\u200f]")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3]")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1|<[^<>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_COMMON = frozenset("ايیرندهمو")
_UTF16_HIGH_BYTES = frozenset((0x00, 0x06, 0x20, 0xFB, 0xFE))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WHITE = b"\x00 \t\r\n\x0b\x0c"


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of UTF-8, UTF-16 or Windows-1256 bytes; `declared` (by the file itself) is tried after UTF-8.

    :raises Refused: `encoding`."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _clean(_strict(data[len(bom) :], name))
    if not data.strip(_WHITE):
        return ""
    if b"\x00" in data:
        return _clean(_strict(data, _utf16_order(data)))
    try:
        return _clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if declared is not None and (text := _declared(data, declared)) is not None:
        return _clean(text)
    return _clean(_windows_1256(data, said_so=_codec(declared) == "cp1256"))


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Refused("encoding", f"not valid {name} at byte {error.start}") from None


def _clean(text: str) -> str:
    if "\x00" in text:
        raise Refused("encoding", "the text holds NUL characters")
    return text


def _utf16_order(data: bytes) -> str:
    """Which half of the byte pairs holds high bytes of Persian and Latin text."""
    sample = data[:8192]
    for name, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if high and sum(byte in _UTF16_HIGH_BYTES for byte in high) >= 0.95 * len(high):
            return name
    raise Refused("encoding", "NUL bytes, but not UTF-16")


def _codec(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _declared(data: bytes, name: str) -> str | None:
    """By a codec that the file names, if it is one of single bytes; Windows-1256 is looked at more closely."""
    codec = _codec(name)
    if codec is None or codec == "cp1256" or not codec.startswith(("iso8859", "cp12")):
        return None
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _windows_1256(data: bytes, *, said_so: bool) -> str:
    """Windows-1256 has a letter for nearly every byte, so what comes out must look like Persian or Arabic."""
    text = data.decode("cp1256", errors="strict")
    marked = [character for character in text if character > "\x7f"]
    arabic = sum(1 for character in marked if _ARABIC.match(character))
    letters = _ARABIC_LETTER.findall(text)
    latin = 0 if said_so else len(_LATIN_LETTER.findall(_MARKUP.sub(" ", text)))
    common = sum(letter in _COMMON for letter in letters)
    if arabic < 0.85 * len(marked) or len(letters) <= latin or common < 0.3 * len(letters):
        raise Refused("encoding", "neither UTF-8 nor UTF-16, and not plausible as Windows-1256")
    return text
