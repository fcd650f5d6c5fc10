"""Who may call: the loopback rule's Host and Origin checks, API keys and sessions, and security headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from nlp.settings import LOOPBACK, Settings
from nlp.text.digits import persian_number
from nlp.types import Session
from service.api.errors import Refused, is_page, refuse
from service.api.limits import RateLimit

OPEN = ("/livez", "/readyz")
UNLOCKED = ("/login", "/login/oidc", "/login/oidc/callback", "/static", "/favicon.ico")  # hold no data
LOGIN = ("POST", "/v1/session")
COOKIE = "samanyar_session"
SAFE = ("GET", "HEAD", "OPTIONS")
SAME_SITE = ("same-origin", "none")
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
            said = "این بخش در اختیار شما نیست." if caller.session else f"این کلید اختیار «{scope}» را ندارد."
            raise Refused("forbidden", said, f"the key lacks the scope {scope}")
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
            await refuse(scope, error)(scope, receive, send)
            return
        with acting(scope["caller"].id):
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, headers: Mapping[str, str]) -> Caller:
        path: str = scope["path"]
        address = scope["client"][0] if scope.get("client") else "unknown"
        if scope["method"] not in SAFE and is_page(path):
            _check_site(headers)
        if not self._settings.auth:
            self._check_host(headers, path, unsafe=scope["method"] not in SAFE)
            caller = Caller(f"ip:{address}", frozenset({"admin"}))
        else:
            caller = await self._authenticate(headers, scope["method"], path, address)
        counted = path not in OPEN and not path.startswith("/static")
        wait = self._rate.wait(caller.id) if counted else 0
        if wait:
            raise _too_many(wait)
        return caller

    def _check_host(self, headers: Mapping[str, str], path: str, *, unsafe: bool) -> None:
        host = host_of(headers.get("host", ""))
        if host not in self._settings.allowed_hosts:
            raise Refused("host_refused", detail="this Host is not in SAMANYAR_ALLOWED_HOSTS")
        origin = headers.get("origin")
        if origin is not None and (path.startswith("/v1") or unsafe) and _netloc(origin) != headers.get("host"):
            raise Refused("origin_refused", detail="the Origin is not this server")

    async def _authenticate(self, headers: Mapping[str, str], method: str, path: str, address: str) -> Caller:
        if path in OPEN or path in UNLOCKED or path.startswith("/static/") or (method, path) == LOGIN:
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
                raise _too_many(wait)
            raise Refused("unauthorized", detail="send Authorization: Bearer KEY", headers={"WWW-Authenticate": "Bearer"})
        caller = Caller(f"user:{session.user.login}", ROLES[session.user.role], session.user.ngo, session)
        if method not in SAFE and not is_page(path):  # a page's form carries its token in a field
            check_token(caller, headers.get("x-csrf-token", ""))
        return caller


def _too_many(wait: int) -> Refused:
    said = f"{persian_number(wait)} ثانیه صبر کنید."
    return Refused("too_many_requests", said, f"retry in {wait} s", {"Retry-After": str(wait)})


def check_token(caller: Caller, sent: str) -> None:
    """:raises Refused: this is not the token of the caller's session."""
    if caller.session is not None and not compare_digest(sent.encode(), caller.session.csrf.encode()):
        raise Refused("csrf_refused", detail="send X-CSRF-Token as GET /v1/session tells it")


def _check_site(headers: Mapping[str, str]) -> None:
    """A form of another site is refused, as the browser says (Fetch Metadata; an older one by its Origin). :raises Refused:"""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    foreign = origin is not None and _netloc(origin) != headers.get("host") if site is None else site not in SAME_SITE
    if foreign:
        raise Refused("origin_refused", detail="the form is not of this server")


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


def is_secure(public_url: str | None, headers: Mapping[str, str]) -> bool:
    """Whether browsers see this server over TLS: a cookie is then for TLS alone. public_url: where it was said."""
    return urlsplit(public_url or "").scheme == "https" or host_of(headers.get("host", "")) not in LOOPBACK


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
                headers["Referrer-Policy"] = "same-origin"  # with none at all, a form's Origin is null
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                if scope["path"].startswith("/v1"):
                    headers["Cache-Control"] = "no-store"
                elif scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-cache"
                elif is_page(scope["path"]):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)
