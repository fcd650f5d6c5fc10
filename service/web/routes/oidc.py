"""Coming in with an account that somebody has elsewhere, where the settings say so."""

from __future__ import annotations

import json
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from nlp.bootstrap import App
from nlp.errors import NotFound
from service.api.context import AppDep
from service.api.routes.people import keep_session
from service.web.oidc import BEGIN, CALLBACK, NotLetIn, Provider, Reason
from service.web.pages import show
from service.web.routes.session import login_page, own_path

router = APIRouter()
NEXT = "next"
LONGEST = 1500
"""Bytes of a path as they are kept: a cookie has room for 4,096, and the state takes half of them."""
TOLD: dict[Reason, tuple[int, str]] = {
    "state": (400, "این ورود از همین مرورگر آغاز نشده یا ده دقیقه از آن گذشته است؛ دوباره آغاز کنید."),
    "refused": (403, "سامانهٔ ورود سازمانی اجازهٔ ورود نداد."),
    "away": (503, "سامانهٔ ورود سازمانی در دسترس نیست؛ کمی بعد دوباره بیازمایید یا با گذرواژه وارد شوید."),
    "answer": (502, "پاسخ سامانهٔ ورود سازمانی پذیرفتنی نبود؛ دوباره بیازمایید و اگر باز هم نشد به مدیر سامانه بگویید."),
    "claim": (403, "سامانهٔ ورود سازمانی نام کاربری تأییدشده‌ای برای شما نفرستاد؛ به مدیر سامانه بگویید."),
    "unknown": (403, "شما را در ورود سازمانی شناختیم، اما مدیر سامانه برای شما حساب فعالی در سمن‌یار نساخته است."),
}


def get_provider(request: Request) -> Provider:
    """:raises NotFound: none is configured."""
    found: Provider | None = request.app.state.oidc
    if found is None:
        raise NotFound("ورود سازمانی در این سامانه روشن نیست.", "SAMANYAR_OIDC__ISSUER is not set")
    return found


ProviderDep = Annotated[Provider, Depends(get_provider)]


@router.get(BEGIN)
async def begin(request: Request, application: AppDep, provider: ProviderDep, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the address
    """On to the provider."""
    settings = application.settings.oidc
    server = (settings and settings.public_url) or str(request.base_url)
    request.session[NEXT] = own_path(next) if len(json.dumps(next)) <= LONGEST else "/"
    try:
        return await provider.begin(request, server.rstrip("/") + CALLBACK)
    except NotLetIn as error:
        return await _refuse(request, application, error)


@router.get(CALLBACK)
async def end(request: Request, application: AppDep, provider: ProviderDep) -> Response:
    """Back from the provider. The page that is answered goes on by itself: our cookie is SameSite=Strict, so a redirect, which
    still counts as the other site's, would not bring it along."""
    try:
        login = await provider.end(request)
    except NotLetIn as error:
        return await _refuse(request, application, error)
    wanted = own_path(str(request.session.get(NEXT, "/")))
    request.session.clear()
    found = await run_in_threadpool(application.stores.sessions.enter, login, _address(request))
    if found is None:
        return _told(request, "unknown", wanted)
    session, token = found
    page = show(request, "entered.html", next=wanted, name=session.user.name or session.user.login)
    return await run_in_threadpool(keep_session, request, application, page, token)


async def _refuse(request: Request, application: App, error: NotLetIn) -> Response:
    """Nobody came in, and the audit log knows why."""
    structlog.get_logger().warning(
        "login by oidc failed", reason=error.reason, kind=type(error.__cause__).__name__, code=error.code
    )
    said = {"address": _address(request), "by": "oidc", "reason": error.reason}
    await run_in_threadpool(application.stores.audit.record, "login.failed", "user:?", said)
    return _told(request, error.reason, str(request.session.get(NEXT, "/")))


def _told(request: Request, reason: Reason, wanted: str) -> Response:
    status, sentence = TOLD[reason]
    return login_page(request, status, sentence, "", wanted)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
