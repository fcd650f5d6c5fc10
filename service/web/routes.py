"""The one page for people: paste or upload a report, read what the machine says and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nlp.text.digits import persian_number
from nlp.types import Limits

HERE = Path(__file__).parent
STATIC = HERE / "static"  # the application mounts it at /static

router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The page's templates, compiled once. Everything that is put into them is escaped."""
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    environment.filters["persian"] = persian_number
    return environment


def render(*, provinces: Sequence[tuple[str, str]], limits: Limits) -> str:
    """The page as HTML. `provinces` are (ISO 3166-2 code, Persian name), in the order people expect."""
    return templates().get_template("page.html").render(provinces=provinces, limits=limits)


@router.get("/", response_class=HTMLResponse)
def page(request: Request) -> HTMLResponse:
    """The page. `app.state.provinces` and `app.state.limits` are what the application was started with."""
    state = request.app.state
    html = render(provinces=getattr(state, "provinces", ()), limits=getattr(state, "limits", None) or Limits())
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})
