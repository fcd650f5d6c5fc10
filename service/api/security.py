"""Who may call: the loopback rule's Host and Origin checks, API keys and sessions, the rate limit, and security headers."""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlp.adapters.stores import Stores
from nlp.ports import ApiKey
from nlp.review.actor import acting
from nlp.review.permissions import ROLES, allows
from nlp.settings import Settings
from nlp.types import Session
from service.api.errors import Refused, problem_of, respond, speaks_persian

OPEN = ("/livez", "/readyz")
PAGE = ("/", "/static", "/favicon.ico")  # hold no data; the page asks for the key itself
LOGIN = ("POST", "/v1/session")
COOKIE = "samanyar_session"
SAFE = ("GET", "HEAD", "OPTIONS")
MAX_CALLERS = 10_000
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# The offline Swagger page starts itself with an inline script; it shows no data of ours.
DOCS_CSP = CSP + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `id` for limits and idempotency, scopes, the NGO that a submitter is bound to, and the session of a person."""

    id: str
    scopes: frozenset[str]
    ngo: str | None = None
    session: Session | None = None

    def may(self, scope: str) -> bool:
        """`admin` may everything."""
        return allows(self.scopes, scope)

    @property
    def sees_personal(self) -> bool:
        """Whether national ids, telephones and the like are shown to them: reviewers, and an NGO in what is its own."""
        return self.ngo is not None or self.may("review")


def require(scope: str) -> Callable[[Request], Caller]:
    """A route's dependency: the caller, who has this scope. :raises Refused:"""

    def check(request: Request) -> Caller:
        caller: Caller = request.scope["caller"]
        if not caller.may(scope):
            raise Refused("forbidden", f"این کلید اختیار «{scope}» را ندارد.", f"the key lacks the scope {scope}")
        return caller

    return check


def require_unbound(scope: str) -> Callable[[Request], Caller]:
    """The same for what no NGO does with its own reports. :raises Refused:"""
    check = require(scope)

    def check_unbound(request: Request) -> Caller:
        caller = check(request)
        if caller.ngo is not None:
            raise Refused("forbidden", "این کار با بازبینان است، نه با خود سمن.", "this is not for a key of one NGO")
        return caller

    return check_unbound


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


class Guard:
    """ASGI middleware: refuses what may not come in, before any body is read."""

    def __init__(self, app: ASGIApp, settings: Settings, stores: Callable[[], Stores]) -> None:
        self._app = app
        self._settings = settings
        self._stores = stores
        self._rate = RateLimit(settings.limits.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            scope["caller"] = await self._admit(scope, headers)
        except Refused as error:
            body = problem_of(error, persian=speaks_persian(headers), instance=scope["path"])
            await respond(body, error.headers)(scope, receive, send)
            return
        with acting(scope["caller"].id):
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, headers: Mapping[str, str]) -> Caller:
        path: str = scope["path"]
        address = scope["client"][0] if scope.get("client") else "unknown"
        if not self._settings.auth:
            self._check_host(headers, path)
            caller = Caller(f"ip:{address}", frozenset({"admin"}))
        else:
            caller = await self._authenticate(headers, scope["method"], path, address)
        counted = path not in OPEN and not path.startswith("/static")
        wait = self._rate.wait(caller.id) if counted else 0
        if wait:
            raise Refused("too_many_requests", f"{wait} ثانیه صبر کنید.", f"retry in {wait} s", {"Retry-After": str(wait)})
        return caller

    def _check_host(self, headers: Mapping[str, str], path: str) -> None:
        host = host_of(headers.get("host", ""))
        if host not in self._settings.allowed_hosts:
            raise Refused("host_refused", detail="this Host is not in SAMANYAR_ALLOWED_HOSTS")
        origin = headers.get("origin")
        if origin is not None and path.startswith("/v1") and _netloc(origin) != headers.get("host"):
            raise Refused("origin_refused", detail="the Origin is not this server")

    async def _authenticate(self, headers: Mapping[str, str], method: str, path: str, address: str) -> Caller:
        if path in OPEN or path in PAGE or path.startswith("/static/") or (method, path) == LOGIN:
            return Caller(f"ip:{address}", frozenset())
        kind, _, secret = headers.get("authorization", "").partition(" ")
        key: ApiKey | None = None
        if kind.lower() == "bearer" and secret.strip():
            key = await run_in_threadpool(lambda: self._stores().keys.authenticate(secret.strip()))
        if key is not None:
            return Caller(f"key:{key.id}", key.scopes, key.ngo)
        token = session_token(headers)
        session = await run_in_threadpool(lambda: self._stores().sessions.find(token)) if token and not kind else None
        if session is None:
            wait = self._rate.wait(f"ip:{address}")
            if wait:
                raise Refused("too_many_requests", f"{wait} ثانیه صبر کنید.", f"retry in {wait} s", {"Retry-After": str(wait)})
            raise Refused("unauthorized", detail="send Authorization: Bearer KEY", headers={"WWW-Authenticate": "Bearer"})
        sent = headers.get("x-csrf-token", "")
        if method not in SAFE and not compare_digest(sent.encode(), session.csrf.encode()):
            raise Refused("csrf_refused", detail="send X-CSRF-Token as GET /v1/session tells it")
        return Caller(f"user:{session.user.login}", ROLES[session.user.role], session.user.ngo, session)


def session_token(headers: Mapping[str, str]) -> str | None:
    """The token of the session cookie."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE)


def _netloc(origin: str) -> str | None:
    """Host and port of an Origin; None for one that is no URL."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def host_of(header: str) -> str:
    """The host without its port; `[::1]:8000` keeps its brackets."""
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0].lower()


class SecurityHeaders:
    """ASGI middleware: the same careful headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        docs = scope["path"].startswith(("/docs", "/redoc", "/static-offline-docs"))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = DOCS_CSP if docs else CSP
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                if scope["path"].startswith("/v1"):
                    headers["Cache-Control"] = "no-store"
                elif scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, with_headers)


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
            await self._refuse(scope, receive, send, headers)
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
                await self._refuse(scope, receive, send, headers)
                return
        if not headers.get("content-type", "").strip().lower().startswith("multipart/"):
            error = json_refusal(bytes(body), self._nesting)
            if error is not None:
                answer = problem_of(error, persian=speaks_persian(headers), instance=scope["path"])
                await respond(answer)(scope, receive, send)
                return
        await self._app(scope, _replay(bytes(body), receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str]) -> None:
        limit = f"{self._limit // 1_000_000} MB"
        error = Refused("request_too_large", f"بیش از {limit} پذیرفته نیست.", f"at most {limit}", {"Connection": "close"})
        body = problem_of(error, persian=speaks_persian(headers), instance=scope["path"])
        await respond(body, error.headers)(scope, receive, send)


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
        return Refused("bad_request", f"JSON بیش از {nesting} لایه تودرتو است.", f"nested deeper than {nesting}")
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
