"""The body of `POST /v1/reports`: JSON, or a form with a file. Read before the route, so that the route is a plain function."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile

from nlp.errors import InvalidInput
from service.api.errors import Refused

FORM_FIELDS = frozenset("id title ngo ngo_registration_number province city period period_from period_to".split())


_ENDING = re.compile(r"\.[a-z0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Either `fields` of one report, or a file with some fields for it. `digest` names the contents, not the wire form."""

    fields: Mapping[str, Any]
    file_name: str | None
    file: bytes
    digest: str

    @property
    def ending(self) -> str:
        """The file's ending, `.docx`; empty for one that could be no file's here."""
        found = PurePosixPath(self.file_name or "").suffix.lower()
        return found if _ENDING.fullmatch(found) else ""


def media_type(request: Request) -> str:
    """Of the body, without its parameters; empty where none is told."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def file_name(upload: UploadFile) -> str:
    """The last part of the name that it came with, at most 200 characters of it."""
    return PurePosixPath((upload.filename or "file").replace("\\", "/")).name[-200:] or "file"


def refuse_charset(request: Request) -> None:
    """A form is read as UTF-8; another charset could hide half a character. :raises Refused:"""
    charset = parse_options_header(request.headers.get("content-type", ""))[1].get(b"charset", b"utf-8")
    if charset.strip().lower() not in (b"utf-8", b"utf8"):
        raise Refused("unsupported_media_type", "فرم باید UTF-8 باشد.", "send forms as UTF-8")


async def read_incoming(request: Request) -> Incoming:
    """:raises Refused: :raises InvalidInput:"""
    kind = media_type(request)
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
    refuse_charset(request)
    async with request.form(max_files=1, max_fields=len(FORM_FIELDS) + 1) as form:
        fields: dict[str, Any] = {}
        name, data = None, b""
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                if key != "file":
                    raise InvalidInput("فایل باید در فیلد file باشد.", detail=f"a file came as {key[:40]!r}, not as 'file'")
                name = file_name(value)
                data = await value.read()
            elif key not in FORM_FIELDS:
                raise InvalidInput("چنین فیلدی نیست.", detail=f"unknown form field {key[:40]!r}")
            elif value:
                fields[key] = value
    if name is None:
        raise InvalidInput("فایلی در درخواست نیست.", detail="the form has no part named 'file'")
    digest = hashlib.sha256(json.dumps([fields, name], sort_keys=True).encode() + b"\0" + data)
    return Incoming(fields, name, data, digest.hexdigest())
