"""The body of `POST /v1/reports`: JSON, or a form with a file. Read before the route, so that the route is a plain function."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from nlp.errors import InvalidInput
from service.api.errors import Refused

FORM_FIELDS = frozenset("id title ngo ngo_registration_number province city period period_from period_to".split())


@dataclass(frozen=True, slots=True)
class Incoming:
    """Either `fields` of one report, or a file with some fields for it. `digest` names the contents, not the wire form."""

    fields: Mapping[str, Any]
    file_name: str | None
    file: bytes
    digest: str


async def read_incoming(request: Request) -> Incoming:
    """:raises Refused: :raises InvalidInput:"""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _form(request)
    if kind in ("application/json", ""):
        return _json(await request.body())
    raise Refused("unsupported_media_type", detail="send application/json or multipart/form-data")


def _json(body: bytes) -> Incoming:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_request", "بدنهٔ درخواست JSON درستی نیست.", "the body is not valid JSON") from error
    if not isinstance(fields, dict):
        raise InvalidInput("بدنهٔ درخواست باید یک شیء JSON باشد.", detail="the body is not a JSON object")
    return Incoming(fields, None, b"", hashlib.sha256(body).hexdigest())


async def _form(request: Request) -> Incoming:
    async with request.form(max_files=1, max_fields=len(FORM_FIELDS) + 1) as form:
        fields: dict[str, Any] = {}
        name, data = None, b""
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                if key != "file":
                    raise InvalidInput("فایل باید در فیلد file باشد.", detail=f"a file came as {key[:40]!r}, not as 'file'")
                name = PurePosixPath((value.filename or "file").replace("\\", "/")).name[-200:] or "file"
                data = await value.read()
            elif key not in FORM_FIELDS:
                raise InvalidInput("چنین فیلدی نیست.", detail=f"unknown form field {key[:40]!r}")
            elif value:
                fields[key] = value
    if name is None:
        raise InvalidInput("فایلی در درخواست نیست.", detail="the form has no part named 'file'")
    digest = hashlib.sha256(json.dumps([fields, name], sort_keys=True).encode() + b"\0" + data)
    return Incoming(fields, name, data, digest.hexdigest())
