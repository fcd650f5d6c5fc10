"""Who works where, and where nobody does."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from nlp.pipelines.coverage import coverage
from nlp.types import Filters
from service.api.context import AppDep, make_filters
from service.api.security import Caller, require
from service.web.coverage import chosen, grid, years
from service.web.pages import Names, PageFilters, plain, show

router = APIRouter()


@router.get("/coverage")
def cover(
    request: Request,
    application: AppDep,
    caller: Annotated[Caller, Depends(require("read"))],
    asked: PageFilters,
    scope: Annotated[str, Query(max_length=64)] = "",
    year: Annotated[str, Query(max_length=4)] = "",
) -> Response:
    """Domain × province as a map of tiles and as a matrix. scope: a code of a group or of a domain; year: Jalali, unless `from`
    or `to` are given."""
    names, store = Names(application), application.stores.reports
    wanted = chosen(asked, scope, year, names)
    filters = make_filters(application, wanted, caller)
    found = coverage(store, application.taxonomy, application.provinces, filters)
    return show(
        request,
        "coverage.html",
        grid=grid(found, names, wanted),
        wanted=asked,
        scope=wanted.domain or wanted.group or "",
        title=names.scope(wanted.domain or wanted.group or ""),
        year=year if not (asked.since or asked.until) else "",
        years=years(store.days(Filters(ngo=filters.ngo))),
        file="/v1/coverage?" + urlencode({**plain(wanted), "format": "csv"}),
    )
