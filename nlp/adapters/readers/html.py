"""Web pages: what a visitor would read, one line a block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.findings import document
from nlp.adapters.readers.request import Request
from nlp.types import Reject, Row

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-:]{1,40})", re.IGNORECASE)
_DROPPED = "script, style, nav, noscript, template, iframe, svg, object, select, title, [hidden]"
_BLOCKS = (
    "address, article, aside, blockquote, br, "
    " caption, center, dd, details, dialog, div, dl, dt, fieldset, figcaption, figure, "
    "footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, "
    "main, ol, p, pre, section, summary, table, tbody, tfoot, thead, tr, ul"
)
_LINE, _CELL = "\x1d", "\x1f"


def read(request: Request) -> Iterator[Row | Reject]:
    data = request.path.read_bytes()
    charset = _CHARSET.search(data[:4096])
    text = decode(data, charset[1].decode("ascii") if charset else None)
    title, body = page(text)
    yield document(request, body, title)


def page(source: str) -> tuple[str | None, str]:
    """Title and text of a page."""
    tree = LexborHTMLParser(source.replace(_LINE, " ").replace(_CELL, " "))
    heading = tree.css_first("title")
    title = " ".join(heading.text().split()) if heading is not None else None
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before(_LINE)
        node.insert_after(_LINE)
    for node in tree.css("td, th"):
        node.insert_after(_CELL)
    body = tree.body
    return title or None, _lines(body.text(deep=True)) if body is not None else ""


def _lines(marked: str) -> str:
    lines: list[str] = []
    for line in marked.split(_LINE):
        cells = [" ".join(cell.split()) for cell in line.split(_CELL)]
        if any(cells):
            lines.append(" | ".join(cell for cell in cells if cell))
    return "\n".join(lines)
