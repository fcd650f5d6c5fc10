"""Every error becomes one shape, here and nowhere else: RFC 9457 `application/problem+json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlp.errors import Claimed, FieldError, InvalidInput, SamanyarError, Throttled
from nlp.wire import to_json
from service.web.templating import problem_page

MEDIA_TYPE = "application/problem+json"
FOR_PROGRAMS = ("v1", "livez", "readyz", "metrics", "openapi.json", "docs", "redoc", "static", "static-offline-docs")
"""The first part of every path that is no page for people."""
TYPE_PREFIX = "urn:samanyar:problem:"

# code: (status, Persian title, English title)
PROBLEMS: dict[str, tuple[int, str, str]] = {
    "bad_request": (400, "درخواست خوانده نشد", "The request could not be read"),
    "host_refused": (400, "نام این میزبان پذیرفته نیست", "This Host is not served"),
    "unauthorized": (401, "کلید دسترسی لازم است", "An API key is needed"),
    "login_failed": (401, "نام کاربری یا گذرواژه درست نیست", "The login or the password is wrong"),
    "csrf_refused": (403, "این درخواست از صفحه خود سامانه نیست", "The X-CSRF-Token is missing or wrong"),
    "forbidden": (403, "این کار در اختیار شما نیست", "Your key does not allow this"),
    "origin_refused": (403, "درخواست از صفحه‌ای بیگانه پذیرفته نیست", "Requests from another origin are refused"),
    "not_found": (404, "پیدا نشد", "Not found"),
    "method_not_allowed": (405, "این روش برای این نشانی نیست", "This method is not allowed here"),
    "busy": (409, "همین درخواست در حال انجام است", "The same request is still running"),
    "duplicate": (409, "از پیش هست", "It exists already"),
    "claimed": (409, "بازبین دیگری روی آن کار می‌کند", "Another reviewer works on it"),
    "version_conflict": (412, "کس دیگری آن را عوض کرده است", "Somebody else changed it in between"),
    "request_too_large": (413, "درخواست بیش از اندازه بزرگ است", "The request is too large"),
    "unsupported_media_type": (415, "نوع محتوا پشتیبانی نمی‌شود", "This content type is not supported"),
    "invalid_input": (422, "ورودی درست نیست", "The input is not valid"),
    "text_too_long": (422, "متن بیش از اندازه بلند است", "The text is too long"),
    "unreadable_file": (422, "فایل خوانده نشد", "The file could not be read"),
    "idempotency_reuse": (
        422,
        "این کلید برای درخواست دیگری به کار رفته است",
        "This Idempotency-Key stands for another request",
    ),
    "precondition_required": (428, "سرآیند If-Match لازم است", "If-Match is required"),
    "too_many_requests": (429, "درخواست‌ها بیش از اندازه پی‌درپی‌اند", "Too many requests"),
    "internal": (500, "خطای درونی", "Internal error"),
    "missing_extra": (501, "این بخش نصب نیست", "This part is not installed"),
}
FROM_STATUS = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
               413: "request_too_large", 415: "unsupported_media_type", 422: "invalid_input", 428: "precondition_required",
               429: "too_many_requests"}  # fmt: skip
_PERSIAN = {
    "missing": "این فیلد لازم است.",
    "extra_forbidden": "چنین فیلدی نیست.",
    "string_type": "باید متن باشد.",
    "int_parsing": "باید عدد درست باشد.",
    "less_than_equal": "بیش از اندازه بزرگ است.",
    "greater_than_equal": "بیش از اندازه کوچک است.",
    "string_too_long": "بیش از اندازه بلند است.",
    "json_invalid": "JSON درستی نیست.",
    "literal_error": "یکی از مقدارهای شناخته‌شده نیست.",
}


class Refused(SamanyarError):
    """A request that the HTTP layer itself refuses, by one of the codes of `PROBLEMS`."""

    def __init__(
        self, code: str, message: str | None = None, detail: str | None = None, headers: Mapping[str, str] | None = None
    ):
        super().__init__(message or PROBLEMS[code][1], detail)
        self.code = code
        self.headers = dict(headers or {})


def is_page(path: str) -> bool:
    """Whether a path is a page for people, whose errors are pages too."""
    return path.removeprefix("/").partition("/")[0] not in FOR_PROGRAMS


def speaks_persian(headers: Mapping[str, str]) -> bool:
    """Whether the caller's first language is Persian."""
    return headers.get("accept-language", "").strip().lower().startswith("fa")


def problem(
    code: str,
    *,
    persian: bool,
    instance: str,
    detail: str | None = None,
    errors: Iterable[FieldError] = (),
    subtype: str | None = None,
) -> dict[str, Any]:
    """The problem as JSON data; `errors` only where there are any."""
    status, fa, en = PROBLEMS.get(code, PROBLEMS["invalid_input"])
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + (subtype or code),
        "title": fa if persian else en,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    listed = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    return {**body, "errors": listed} if listed else body


def problem_of(error: SamanyarError, *, persian: bool, instance: str) -> dict[str, Any]:
    """The problem that a known error is."""
    code = error.code if error.code in PROBLEMS else "invalid_input" if isinstance(error, InvalidInput) else "internal"
    errors = error.errors if isinstance(error, InvalidInput) else ()
    detail = error.message if persian else error.detail or error.message
    shown = None if code == "internal" else detail
    body = problem(code, persian=persian, instance=instance, detail=shown, errors=errors)
    return {**body, "claim": to_json(error.claim)} if isinstance(error, Claimed) else body


def respond(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    return JSONResponse(body, status_code=body["status"], media_type=MEDIA_TYPE, headers=dict(headers or {}))


def answer_problem(scope: Scope, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as its caller can read it: a page for people, to log in where that is what is missing; JSON for programs."""
    if not is_page(scope["path"]):
        return respond(body, headers)
    if body["status"] == 401 and scope["method"] == "GET":
        wanted = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted, safe='')}", 303)
    return HTMLResponse(problem_page(body, scope.get("caller")), body["status"], dict(headers or {}))


def wants_persian(scope: Scope) -> bool:
    """Whether whoever reads the answer reads Persian: always on a page."""
    return is_page(scope["path"]) or speaks_persian(Headers(scope=scope))


def refuse(scope: Scope, error: Refused) -> Response:
    """What a middleware answers."""
    body = problem_of(error, persian=wants_persian(scope), instance=scope["path"])
    return answer_problem(scope, body, error.headers)


def field_errors(errors: Iterable[Mapping[str, Any]], *, persian: bool) -> list[FieldError]:
    """Pydantic's errors with JSON pointers; `body` and `query` are not part of the document."""
    listed = []
    for error in errors:
        path = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
        text = _PERSIAN.get(str(error["type"]), "مقدار این فیلد درست نیست.") if persian else str(error["msg"])
        listed.append(FieldError("/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in path), text))
    return listed


def invalid(error: ValidationError, *, persian: bool) -> InvalidInput:
    """Pydantic's refusal as ours."""
    errors = field_errors(error.errors(include_url=False, include_input=False), persian=persian)
    return InvalidInput("ورودی درست نیست.", errors, "the input does not fit the schema")


def install(app: FastAPI) -> None:
    """Map every error of a route once."""

    @app.exception_handler(SamanyarError)
    def _known(request: Request, error: SamanyarError) -> Response:
        body = problem_of(error, persian=wants_persian(request.scope), instance=request.url.path)
        if body["status"] == 500:
            structlog.get_logger().error("known error without a status", code=error.code, path=request.url.path)
        if isinstance(error, Throttled):
            return answer_problem(request.scope, body, {"Retry-After": str(error.seconds)})
        return answer_problem(request.scope, body, error.headers if isinstance(error, Refused) else None)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        persian = wants_persian(request.scope)
        errors = field_errors(error.errors(), persian=persian)
        return answer_problem(
            request.scope, problem("invalid_input", persian=persian, instance=request.url.path, errors=errors)
        )

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code = FROM_STATUS.get(error.status_code, "bad_request")
        body = problem(code, persian=wants_persian(request.scope), instance=request.url.path)
        return answer_problem(request.scope, {**body, "status": error.status_code}, error.headers)


class Contain:
    """ASGI middleware, the innermost: what no route expected becomes a problem that still gets its headers and request id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            structlog.get_logger().error("unexpected error", kind=type(error).__name__)
            body = problem("internal", persian=wants_persian(scope), instance=scope["path"])
            await answer_problem(scope, body)(scope, receive, send)
