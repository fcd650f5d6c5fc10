"""`Idempotency-Key` on `POST /v1/reports`: per caller, 24 hours; the same request is answered as before."""

from __future__ import annotations

import json
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from nlp.errors import InvalidInput
from nlp.ports import IdempotencyStore
from service.api.errors import Refused

MAX_LENGTH = 200
_KEPT_HEADERS = ("location", "etag", "content-type")


def once(request: Request, store: IdempotencyStore, caller: str, digest: str, work: Callable[[], JSONResponse]) -> Response:
    """Run `work`, or answer as the first time.

    :raises Refused: the key stands for another body (422), or its first request still runs (409)."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return work()
    if not 1 <= len(key) <= MAX_LENGTH or not key.isprintable():
        raise InvalidInput("Idempotency-Key باید ۱ تا ۲۰۰ نویسه باشد.", detail="Idempotency-Key must have 1 to 200 characters")
    before = store.begin(caller, key, digest)
    if before is not None:
        if before.body_sha256 != digest:
            raise Refused("idempotency_reuse", detail="the same Idempotency-Key came with another body")
        if before.status is None or before.body is None:
            raise Refused("busy", detail="the first request with this Idempotency-Key still runs")
        stored = json.loads(before.body)
        return JSONResponse(stored["body"], status_code=before.status, headers=stored["headers"])
    finished = False
    try:
        response = work()
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        body = json.dumps({"body": json.loads(bytes(response.body)), "headers": headers}, ensure_ascii=False)
        store.complete(caller, key, response.status_code, body)
        finished = True
        return response
    finally:
        if not finished:
            store.forget(caller, key)
