"""JSON lines: whole reports with their analyses, and what could not be read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nlp.adapters.writers.atomic import replacing
from nlp.types import Reject, Report
from nlp.wire import to_json


class JsonlWriter:
    """One report a line in the JSON shape of `interface.md`, streamed."""

    def write(self, reports: Iterable[Report], path: Path) -> int:
        """Returns how many rows were written."""
        return _write_lines((to_json(report) for report in reports), path)


def write_rejects(rejects: Iterable[Reject], path: Path) -> int:
    """One reject a line; none at all still replaces an older file by an empty one. Returns how many there were."""
    lines = (
        {**to_json(reject.source), "code": reject.code, "message": reject.message, "detail": reject.detail}
        for reject in rejects
    )
    return _write_lines(lines, path)


def rejects_path(out: Path) -> Path:
    """Where the rejects of an output file go."""
    return out.with_suffix(".rejected.jsonl")


def _write_lines(values: Iterable[Any], path: Path) -> int:
    count = 0
    # A lone surrogate is not UTF-8; backslashreplace writes it as the JSON escape that means it.
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for value in values:
            file.write(_line(value) + "\n")
            count += 1
    return count


def _line(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:  # JSON has no NaN and no infinity; a foreign column may
        return json.dumps(_without_nan(value), ensure_ascii=False, allow_nan=False)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
