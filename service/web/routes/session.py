"""Coming in and going out, and the page that each role begins with."""

from __future__ import annotations

import math

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from nlp.errors import Throttled
from nlp.text.digits import persian_number
from service.api.context import AppDep, get_app
from service.api.errors import Refused
from service.api.routes.people import end_session, keep_session
from service.api.security import Caller
from service.web.pages import PostedForm, field, moved, show
from service.web.templating import rooms

router = APIRouter()


@router.get("/")
def begin(request: Request) -> Response:
    """On to the first page that the caller may open."""
    caller: Caller = request.scope["caller"]
    open_to = [room.path for room in rooms(caller)]
    if not open_to:
        raise Refused("forbidden", "این کلید برای صفحه‌ها نیست.", "the key opens no page")
    return moved("/submit" if caller.ngo is not None and "/submit" in open_to else open_to[0])


@router.get("/login")
def ask(request: Request, application: AppDep, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the address
    """The form; where nobody needs to log in, there is none."""
    if not application.settings.auth:
        return moved("/")
    return login_page(request, 200, None, "", next)


@router.post("/login")
def login(request: Request, application: AppDep, form: PostedForm) -> Response:
    """Log in, and go on to the page that was asked for."""
    name, wanted = field(form, "login").strip()[:200], field(form, "next")
    if not name or not field(form, "password"):
        return login_page(request, 422, "نام کاربری و گذرواژه را بنویسید.", name, wanted)
    address = request.client.host if request.client else "unknown"
    try:
        found = application.stores.sessions.login(name, field(form, "password")[:1000], address)
    except Throttled as error:
        minutes = persian_number(math.ceil(error.seconds / 60))
        return login_page(request, 429, f"کوشش‌های نادرست بسیار بود؛ {minutes} دقیقهٔ دیگر دوباره بیازمایید.", name, wanted)
    if found is None:
        return login_page(request, 401, "نام کاربری یا گذرواژه درست نیست.", name, wanted)
    return keep_session(request, application, moved(own_path(wanted)), found[1])


@router.post("/logout")
def logout(request: Request, application: AppDep, form: PostedForm) -> Response:  # noqa: ARG001 - checks the token
    """Log out."""
    return end_session(request, application, moved("/login"))


def own_path(wanted: str) -> str:
    """A path of this server; whatever else is asked for leads to the first page."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if plain else "/"


def login_page(request: Request, status: int, error: str | None, name: str, wanted: str) -> HTMLResponse:
    """The form, and beside it the way over an identity provider where there is one. wanted: where it leads."""
    oidc = get_app(request).settings.oidc
    return show(request, "login.html", status, error=error, login=name, next=own_path(wanted), provider=oidc and oidc.name)
