"""A file that somebody sends: one report is stored at once, several rows or a scan become a job."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from nlp.bootstrap import App
from nlp.errors import FieldError, InvalidInput
from nlp.pipelines.fields import parse_row
from nlp.ports import Job, Put
from nlp.text.digits import persian_number
from nlp.types import Reject, Row, Source
from service.api.context import bound
from service.api.errors import Refused
from service.api.incoming import Incoming
from service.api.jobs import create_job
from service.api.security import Caller


def take_file(application: App, caller: Caller, incoming: Incoming) -> Put | Job | Reject:
    """What became of the file. :raises Refused: it is too large. :raises InvalidInput: a field that came with it is wrong."""
    name = incoming.file_name or "file"
    _check_fields(application, incoming.fields)
    limit = application.settings.limits.file_bytes
    if len(incoming.file) > limit:
        size = limit // 1_000_000
        said = f"فایل از {persian_number(size)} مگابایت بزرگ‌تر است."
        raise Refused("request_too_large", said, f"the file is over {size} MB")
    with tempfile.TemporaryDirectory(prefix="samanyar-") as folder:
        path = Path(folder) / f"upload{incoming.ending}"
        path.write_bytes(incoming.file)
        if application.reader.needs_ocr(path):
            return _as_job(application, caller, incoming)
        rows = list(islice(application.reader.read(path, name=name), 2))
    if len(rows) > 1:
        return _as_job(application, caller, incoming)
    if not rows:
        return Reject(Source(name), "empty_text", "فایل خالی است.")
    if isinstance(rows[0], Reject):
        return rows[0]
    row = Row({**rows[0].values, **incoming.fields}, rows[0].source, rows[0].extra)
    parsed = parse_row(application.parser, row)
    return parsed if isinstance(parsed, Reject) else application.ingest.submit(bound(application, parsed, caller), caller.ngo)


def _check_fields(application: App, fields: Mapping[str, Any]) -> None:
    """What the form says of the file must be right, as in JSON. :raises InvalidInput:"""
    application.parser.submission({**fields, "text": "متن فایل"})


def _as_job(application: App, caller: Caller, incoming: Incoming) -> Job:
    if "id" in incoming.fields:
        errors = [FieldError("/id", "این فایل چند گزارش دارد؛ شناسه را در ستونی از خود جدول بنویسید.")]
        raise InvalidInput(errors[0].detail, errors, "an id names one report, and this file becomes a job of many")
    return create_job(application, caller, incoming)
