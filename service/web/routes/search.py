"""Search: similar initiatives by a word or a question, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.errors import InvalidInput
from nlp.pipelines.search import MODES
from nlp.text.digits import persian_number
from nlp.text.tokens import places_of
from nlp.types import Filters
from service.api.context import AppDep, make_filters, seen
from service.api.security import Caller, require
from service.web.pages import PageFilters, Query, show

router = APIRouter()
Reader = Annotated[Caller, Depends(require("read"))]
LONGEST, FIRST, MOST = 300, 20, 100
SUMMED_UP = 10
"""The first so many reports are summed up."""


@dataclass(frozen=True, slots=True)
class Found:
    """hits, summary: in the JSON shape; passages: of each hit, its pieces and whether a piece is a word of the query."""

    hits: list[Any]
    passages: list[list[tuple[str, bool]]]
    summary: Any


@router.get("/search")
def search(
    request: Request,
    application: AppDep,
    caller: Reader,
    wanted: PageFilters,
    q: str = "",
    mode: str = "hybrid",
    k: str = "",
    summary: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> Response:
    """Reports that the query finds, best first. summary: with what the first of them say together; it takes a moment."""
    errors: dict[str, str] = {}
    found: Found | None = None
    count = MOST if k == str(MOST) else FIRST
    try:
        filters = make_filters(application, wanted, caller)
    except InvalidInput as error:
        errors |= {each.pointer.strip("/"): each.detail for each in error.errors}
        filters = Filters(ngo=caller.ngo)
    if len(q) > LONGEST:
        errors["q"] = f"پرسش از {persian_number(LONGEST)} نویسه بلندتر است؛ آن را کوتاه‌تر کنید."
    if mode not in MODES:
        errors["mode"] = "چنین شیوه‌ای نیست."
    if q.strip() and not errors:
        try:
            found = _found(application, caller, q, filters, count, mode, summed_up=summary)
        except InvalidInput:
            errors["q"] = "در پرسش حرف یا عددی نیست؛ دست‌کم یک واژه بنویسید."
    values = {"q": q, "mode": mode, "wanted": wanted, "found": found, "errors": Query(errors), "more": count == FIRST}
    return show(request, "search.html", 422 if errors else 200, **values, first=FIRST, most=MOST)


def _found(
    application: App, caller: Caller, q: str, filters: Filters, count: int, mode: str, *, summed_up: bool
) -> Found:  # fmt: skip
    query = application.search.query(q)
    hits = application.search.found(query, filters, count, mode)
    summary = application.overviews.of_hits(query, hits[:SUMMED_UP]) if summed_up and hits else None
    shown = seen(application, hits, caller)
    wanted = frozenset(query.words)
    return Found(
        shown,
        [marked(hit["passage"]["text"] if hit["passage"] else "", wanted) for hit in shown],
        seen(application, summary, caller),
    )


def marked(text: str, wanted: frozenset[str]) -> list[tuple[str, bool]]:
    """The text in pieces; those that give one of these lemmas are marked."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for start, end in places_of(text, wanted):
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [piece for piece in (*pieces, (text[last:], False)) if piece[0]]
