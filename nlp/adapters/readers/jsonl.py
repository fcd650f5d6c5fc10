"""JSON lines: one report an object, from a file or from a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from nlp.adapters.readers.encoding import decode
from nlp.adapters.readers.findings import finding
from nlp.adapters.readers.headers import assign
from nlp.adapters.readers.request import Refused, Request
from nlp.types import Reject, Row


def read(request: Request) -> Iterator[Row | Reject]:
    lines = decode(request.path.read_bytes()).split("\n")
    yield from read_lines(request, enumerate(lines, 1))


def read_lines(request: Request, lines: Iterable[tuple[int, str | Refused]]) -> Iterator[Row | Reject]:
    """Reports of numbered lines; empty lines are skipped, a bad line costs only itself."""
    rows = 0
    for number, line in lines:
        if isinstance(line, str) and not line.strip("\ufeff \t\r"):
            continue
        rows += 1
        if rows > request.limits.rows:
            yield request.reject("file_too_large", "too many rows; the rest was not read", row=number, hint="rows")
            return
        try:
            if isinstance(line, Refused):
                raise line
            values, extra = _fields(_object(line, request.limits.nesting), request)
            yield finding(request, values, extra, row=number)
        except Refused as refusal:
            yield request.reject(refusal.code, refusal.detail, row=number, hint=refusal.hint)


def _object(line: str, nesting: int) -> dict[str, Any]:
    try:
        found = json.loads(line.strip("\ufeff \t\r"), parse_constant=_no_constant)
    except RecursionError:
        raise Refused("damaged", f"nested deeper than {nesting}", hint="line") from None
    except ValueError as error:
        detail = f"not JSON: {error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else "not JSON"
        raise Refused("damaged", detail, hint="line") from None
    if not isinstance(found, dict):
        raise Refused("damaged", f"a {type(found).__name__} where an object belongs", hint="line")
    if _depth(found) > nesting:
        raise Refused("damaged", f"nested deeper than {nesting}", hint="line")
    if "\\u" in line and not _encodable(found):
        raise Refused("encoding", "a lone surrogate: half of a character")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _depth(value: Any) -> int:
    """How deep objects and lists are nested, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, depth)
            waiting += [(child, depth + 1) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _fields(found: dict[str, Any], request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """Known keys as values, all others in `extra`; numbers and truths of known keys stay what they are but for the text."""
    keys = list(found)
    columns = _columns(keys, request.mapping)
    values = {field: found[keys[column]] for column, field in columns.items() if found[keys[column]] is not None}
    given = found.get("extra")
    extra: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    for column, key in enumerate(keys):
        if column not in columns and not (key == "extra" and (given is None or isinstance(given, dict))):
            extra[key] = found[key]
    text = values.get("text")
    if text is not None and not isinstance(text, str):
        raise Refused("damaged", f"the text is a {type(text).__name__}, not a string", hint="line")
    title = values.get("title")
    if title is not None and not isinstance(title, str):
        raise Refused("damaged", f"the title is a {type(title).__name__}, not a string", hint="line")
    return values, extra


def _columns(keys: list[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Key number to field. A line may lack a mapped key, but not that of the text; nothing takes a mapped field's place."""
    present = {field: key for field, key in mapping.items() if key in keys or field == "text"}
    columns = assign(keys, present)
    return {column: field for column, field in columns.items() if field in present or field not in mapping}
