"""NGOs: by name, one of them with all that its reports show, those that work like it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.errors import InvalidInput
from nlp.text.digits import persian_number, to_ascii_digits
from service.api.context import AppDep, own_ngo, seen
from service.api.security import Caller, require
from service.web import dossiers
from service.web.pages import Names, show

router = APIRouter(prefix="/ngos")
Reader = Annotated[Caller, Depends(require("read"))]
PAGE, SIMILAR, LONGEST = 30, 5, 300


@router.get("")
def ngos(request: Request, application: AppDep, caller: Reader, q: str = "", cursor: str | None = None) -> Response:
    """By name, or those whose name or registration number is looked for; two to six of them may be chosen to be compared."""
    error = f"نام از {persian_number(LONGEST)} نویسه بلندتر است." if len(q) > LONGEST else None
    page = application.stores.reports.list_ngos("" if error else q, PAGE, cursor, only=caller.ngo)
    items = seen(application, page.items, caller)
    return show(request, "ngos.html", 422 if error else 200, page=page, items=items, q=q, error=error)


@router.get("/{ngo_id}")
def ngo(
    ngo_id: str,
    request: Request,
    application: AppDep,
    caller: Reader,
    summary: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    year: str = "",
) -> Response:
    """Its dossier. summary: with one of its reports, or of those of a Jalali year; it takes a moment."""
    own_ngo(ngo_id, caller)
    found = application.dossiers.of(ngo_id, similar=0)
    application.stores.audit.record("ngo.read", f"ngo:{found.ngo.id}", {"format": "page"})
    shown, names = seen(application, found, caller), Names(application)
    overview, error = _overview(application, found.ngo.id, year) if summary else (None, None)
    if overview is not None:
        application.stores.audit.record("ngo.read", f"ngo:{found.ngo.id}", {"part": "summary"})
    values: dict[str, Any] = {
        "dossier": shown,
        "profile": {
            "domains": dossiers.bars(shown["counts"]["domains"], names.domain),
            "activities": dossiers.bars(shown["counts"]["activities"], names.facet),
            "target_groups": dossiers.bars(shown["counts"]["target_groups"], names.facet),
            "provinces": dossiers.bars(shown["counts"]["provinces"], names.province),
        },
        "years": dossiers.bars({str(each["year"] or ""): len(each["reports"]) for each in shown["years"]}, str),
        "totals": dossiers.table(shown["totals"]),
        "titles": dossiers.titles(shown["years"]),
        "overview": seen(application, overview, caller) if overview else None,
        "wanted_year": year,
        "error": error,
    }
    return show(request, "ngo.html", 422 if error else 200, **values)


@router.get("/{ngo_id}/similar")
def similar(
    ngo_id: str,
    request: Request,
    application: AppDep,
    caller: Reader,
    other_provinces: Annotated[bool, Query(alias="others")] = False,  # noqa: FBT002 - a query parameter
) -> Response:
    """NGOs that work like it, and why; a script puts them into the dossier. For an NGO itself there are none, as on the API."""
    own_ngo(ngo_id, caller)
    own = application.stores.reports.ngo(ngo_id)
    found = [] if caller.ngo else application.similar_ngos.similar(own.id, SIMILAR, other_provinces=other_provinces)
    values = {"own": seen(application, own, caller), "similar": seen(application, found, caller)}
    return show(request, "similar.html", **values, other_provinces=other_provinces)


def _overview(application: App, ngo_id: str, year: str) -> tuple[Any, str | None]:
    """A summary, or why there is none."""
    year = to_ascii_digits(year)
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        return None, "سال را با چهار رقم، مانند ۱۴۰۲، بنویسید."
    try:
        return application.overviews.of_ngo(ngo_id, int(year) if year else None), None
    except InvalidInput as error:
        return None, error.message
