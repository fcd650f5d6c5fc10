"""NGOs side by side, for choosing partners or electing an assembly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from nlp.errors import InvalidInput
from nlp.pipelines.comparison import LEAST, MOST
from service.api.context import AppDep, seen
from service.api.security import Caller, require_unbound
from service.web import words
from service.web.pages import show, status_of

router = APIRouter()
Reader = Annotated[Caller, Depends(require_unbound("read"))]
CHOICES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One countable thing of a year; `cells`: the total of each NGO, None where it has none."""

    kind: str
    unit: str
    cells: tuple[Mapping[str, Any] | None, ...]


@router.get("/compare")
def compare(
    request: Request,
    application: AppDep,
    caller: Reader,
    ids: Annotated[list[str] | None, Query(alias="id")] = None,
    q: str = "",
) -> Response:
    """Two to six NGOs; with fewer, or with more, the page says how to choose. q: looks for one more to put beside them."""
    chosen = list(dict.fromkeys(each for each in ids or () if each))[: MOST + 1]
    choices = application.stores.reports.list_ngos(q[:300], CHOICES).items if len(chosen) < MOST and q.strip() else ()
    values: dict[str, Any] = {"chosen": chosen, "q": q, "choices": seen(application, choices, caller), "links": links(chosen)}
    if len(chosen) < LEAST:
        ngos = [application.stores.reports.ngo(each) for each in chosen]
        return show(request, "compare.html", **values, error=None, found=None, ngos=seen(application, ngos, caller))
    try:
        comparison = application.comparisons.of(chosen)
    except InvalidInput as error:
        return show(request, "compare.html", status_of(error), **values, error=error.message, found=None, ngos=[])
    for side in comparison.ngos:
        application.stores.audit.record("ngo.read", f"ngo:{side.ngo.id}", {"format": "comparison"})
    found = seen(application, comparison, caller)
    years = [(year, lines(found["ngos"], year)) for year in reversed(found["years"])]
    return show(request, "compare.html", **values, error=None, found=found, years=years, ngos=[])


def links(chosen: Sequence[str]) -> dict[str, str]:
    """For each NGO, the address of the comparison without it."""
    return {each: "/compare?" + urlencode([("id", other) for other in chosen if other != each]) for each in chosen}


def lines(sides: Sequence[Mapping[str, Any]], year: int) -> list[Line]:
    """What any of them achieved in a year; what most of them did comes first."""
    found: dict[tuple[str, str], list[Mapping[str, Any] | None]] = {}
    for place, side in enumerate(sides):
        for total in side["totals"]:
            if total["year"] == year:
                found.setdefault((total["kind"], total["unit"]), [None] * len(sides))[place] = total
    kinds = list(words.KINDS)
    ordered = sorted(found.items(), key=lambda pair: (pair[1].count(None), kinds.index(pair[0][0]), pair[0][1]))
    return [Line(*key, tuple(cells)) for key, cells in ordered]
