"""How much may come in: requests a minute of each caller, bytes of a body, and what JSON may hold."""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlp.text.digits import persian_number
from service.api.errors import Refused, refuse

MAX_CALLERS = 10_000


class RateLimit:
    """At most so many requests in any sixty seconds for each caller; the longest silent callers are forgotten first."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, caller: str) -> int:
        """Seconds that the caller must wait; 0 when the request may go on (and is counted)."""
        now = self._clock()
        times = self._seen.setdefault(caller, deque())
        self._seen.move_to_end(caller)
        while times and now - times[0] >= 60:
            times.popleft()
        if len(self._seen) > MAX_CALLERS:
            self._seen.popitem(last=False)
        if len(times) >= self._per_minute:
            return max(1, int(60 - (now - times[0])) + 1)
        times.append(now)
        return 0


class BodyLimit:
    """ASGI middleware: counts the bytes of a body as they come, whatever Content-Length says, and looks into JSON for what
    no text may hold (half a character) and for nesting that no report needs."""

    def __init__(self, app: ASGIApp, limit: int, nesting: int) -> None:
        self._app = app
        self._limit = limit
        self._nesting = nesting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._limit:
                await self._refuse(scope, receive, send)
                return
        if not headers.get("content-type", "").strip().lower().startswith("multipart/"):
            error = json_refusal(bytes(body), self._nesting)
            if error is not None:
                await refuse(scope, error)(scope, receive, send)
                return
        await self._app(scope, _replay(bytes(body), receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = self._limit // 1_000_000
        said = f"بیش از {persian_number(size)} مگابایت پذیرفته نیست."
        error = Refused("request_too_large", said, f"at most {size} MB", {"Connection": "close"})
        await refuse(scope, error)(scope, receive, send)


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_ESCAPED_UNIT = re.compile(rb"(?<!\\)(?:\\\\)*\\u([dD][89a-fA-F][0-9a-fA-F]{2})")


def json_refusal(body: bytes, nesting: int) -> Refused | None:
    """Why a JSON body may not come in, before it is parsed; None when it may."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return Refused("bad_request", "متن درخواست UTF-8 درست نیست.", "the body is no UTF-8")
    depth = deepest = 0
    for byte in re.findall(rb"[\[\]{}]", _STRING.sub(b"", body)):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > nesting:
        return Refused(
            "bad_request", f"JSON بیش از {persian_number(nesting)} لایه تودرتو است.", f"nested deeper than {nesting}"
        )
    if _ESCAPED_UNIT.search(body):
        try:
            json.dumps(json.loads(body), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return Refused("bad_request", "متن نویسهٔ ناقص (نیمهٔ یک نویسه) دارد.", "a lone surrogate is no character")
        except ValueError:
            return None
    return None


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The body in one message, then whatever the server says (a disconnect)."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
