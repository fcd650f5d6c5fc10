"""Plain text and Markdown: one report a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.findings import document
from nlp.adapters.readers.request import Request
from nlp.types import Reject, Row

_TITLE = re.compile(r"^[ ]{0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[^\n]*\n)*?---[ \t]*(?:\n|\Z)")
_SYNTAX = (
    (re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ ]{0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ ]{0,3}(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+-][ \t]+(?:\[[ xX]\][ \t]+)?", re.MULTILINE), r"\1"),
    (re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"<!--[\s\S]{0,10000}?-->"), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*\|[ \t]*(.*?)[ \t]*\|[ \t]*$", re.MULTILINE), r"\1"),
)


def read(request: Request) -> Iterator[Row | Reject]:
    yield document(request, decode(request.path.read_bytes()))


def read_markdown(request: Request) -> Iterator[Row | Reject]:
    text = decode(request.path.read_bytes()).replace("\r\n", "\n")
    title, text = split_title(text)
    yield document(request, plain_markdown(text), plain_markdown(title) if title else None)


def split_title(text: str) -> tuple[str | None, str]:
    """The first heading of the first level, and the text without it."""
    text = _FRONT_MATTER.sub("", text, count=1)
    found = _TITLE.search(text)
    if found is None:
        return None, text
    return found[1], text[: found.start()] + text[found.end() :]


def plain_markdown(text: str) -> str:
    """Without the signs of Markdown; words and lines stay."""
    for pattern, replacement in _SYNTAX:
        text = pattern.sub(replacement, text)
    return text
