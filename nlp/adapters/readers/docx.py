"""Word documents: paragraphs and tables in the order of the page, text boxes and content controls included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx import Document

from nlp.adapters.readers.archive import check_archive
from nlp.adapters.readers.findings import document, is_blank
from nlp.adapters.readers.request import Refused, Request
from nlp.types import Reject, Row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LITERALS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SKIPPED = frozenset((f"{_MC}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}instrText"))
_BOX = f"{_W}txbxContent"
_NO_TITLE = re.compile(r"microsoft word|^document\s*\d*$|^سند\s*\d*$|\.docx?$|^untitled|word document", re.IGNORECASE)


def read(request: Request) -> Iterator[Row | Reject]:
    check_archive(request.path, "docx", request.limits)
    try:
        word = Document(str(request.path))
        body = word.element.body
    except (KeyError, ValueError, AttributeError, SyntaxError) as error:  # lxml's errors are SyntaxErrors
        raise Refused("damaged", f"docx: {type(error).__name__}") from None
    titles = {style.style_id for style in word.styles if (style.name or "").casefold() in ("title", "عنوان")}
    title: str | None = None
    blocks: list[str] = []
    for styled, block in _blocks(body):
        if title is None and styled in titles and not is_blank(block):
            title = block
        else:
            blocks.append(block)
    core = (word.core_properties.title or "").strip()
    if title is None and not is_blank(core) and not _NO_TITLE.search(core):
        title = core
    yield document(request, "\n".join(blocks), title)


def _blocks(parent: Any) -> Iterator[tuple[str | None, str]]:
    """Style and text of each paragraph and table; what only wraps them is looked into."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield child.style, _text(child)
            for box in _boxes(child):
                yield from _blocks(box)
        elif child.tag == f"{_W}tbl":
            yield None, "\n".join(_table(child))
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from _blocks(child)


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _LITERALS:
            parts.append(_LITERALS[element.tag])
        elif isinstance(element.tag, str) and element.tag not in _SKIPPED and element.tag != _BOX:
            waiting.extend(reversed(element))
    return "".join(parts)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes that hang on a paragraph, without the copies for old programs."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == _BOX:
            yield element
        elif isinstance(element.tag, str) and element.tag not in _SKIPPED:
            waiting.extend(reversed(element))


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table, or cells of a row, also those in content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _within(child, tag)


def _table(table: Any) -> Iterator[str]:
    rows = [[_cell(cell) for cell in _within(row, f"{_W}tc")] for row in _within(table, f"{_W}tr")]
    two = max((len(row) for row in rows), default=0) == 2
    for row in rows:
        cells = [cell for cell in row if cell]
        if two and len(cells) == 2:
            yield f"{cells[0].rstrip(' :：')}: {cells[1]}"
        elif cells:
            yield " | ".join(cells)


def _cell(cell: Any) -> str:
    return "\n".join(text.strip() for _, text in _blocks(cell) if text.strip())
