"""From what stood in a file to a Row, or to the Reject that says why not; and both to JSON and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nlp.adapters.readers.request import Request
from nlp.types import Reject, Row, Source

_READABLE = re.compile(r"[^\W_]")


def is_blank(text: object) -> bool:
    """No letter and no digit: nothing to read."""
    return not isinstance(text, str) or _READABLE.search(text) is None


def finding(
    request: Request,
    values: Mapping[str, Any],
    extra: Mapping[str, Any] | None = None,
    *,
    sheet: str | None = None,
    row: int | None = None,
) -> Row | Reject:
    """A row within the limits, or its reject."""
    text, title = values.get("text"), values.get("title")
    if not isinstance(text, str) or is_blank(text):
        return request.reject("empty_text", "the text is empty", sheet=sheet, row=row)
    limits = request.limits
    if len(text) > limits.text_characters:
        detail = f"{len(text)} characters, at most {limits.text_characters}"
        return request.reject("text_too_long", detail, sheet=sheet, row=row)
    if isinstance(title, str) and len(title) > limits.title_characters:
        detail = f"the title has {len(title)} characters, at most {limits.title_characters}"
        return request.reject("text_too_long", detail, sheet=sheet, row=row, hint="title")
    return Row(values, request.source(sheet, row), extra or {})


def document(request: Request, text: str, title: str | None = None, extra: Mapping[str, Any] | None = None) -> Row | Reject:
    """One report that fills a whole file. A heading too long for a title stays the first line of the text."""
    text = tidy(text)
    title = " ".join(title.split()) if title else None
    if title and (is_blank(text) or len(title) > request.limits.title_characters):
        text, title = f"{title}\n{text}".strip(), None
    values = {"text": text} if not title else {"text": text, "title": title}
    return finding(request, values, extra)


def tidy(text: str) -> str:
    """One kind of line end, no spaces at line ends, at most one empty line in a row."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n\ufeff")


def to_json(found: Row | Reject) -> dict[str, Any]:
    return {"kind": "row" if isinstance(found, Row) else "reject", **asdict(found)}


def from_json(data: Mapping[str, Any]) -> Row | Reject:
    source = Source(**data["source"])
    if data["kind"] == "row":
        return Row(data["values"], source, data["extra"])
    return Reject(source, data["code"], data["message"], data["detail"])
