"""Find similar initiatives and NGOs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from nlp.errors import FieldError, InvalidInput
from nlp.pipelines.overview import DEFAULT_OVERVIEW
from nlp.pipelines.profile import counted
from nlp.types import Filters, SummaryOptions
from nlp.wire import to_json
from service.api.context import AppDep, FiltersDep, listed, make_filters, own_ngo, own_report, told, told_list
from service.api.schemas import HitList, SearchInput
from service.api.security import Caller, require

router = APIRouter(prefix="/v1", tags=["search"])
Reader = Annotated[Caller, Depends(require("read"))]


def query_length(
    max_sentences: Annotated[int, Query(ge=1, le=40)] = DEFAULT_OVERVIEW.sentences,
    max_words: Annotated[int, Query(ge=10, le=2000)] = DEFAULT_OVERVIEW.words,
) -> SummaryOptions:
    """How long a summary of many reports may be."""
    return SummaryOptions(max_sentences, max_words)


LengthDep = Annotated[SummaryOptions, Depends(query_length)]


@router.get("/search", responses={200: {"model": HitList}})
def search(
    application: AppDep,
    caller: Reader,
    wanted: FiltersDep,
    q: Annotated[str, Query(min_length=1, max_length=300)],
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    mode: Annotated[str, Query(pattern="^(hybrid|dense|lexical)$")] = "hybrid",
) -> JSONResponse:
    """Search by a word or a question (command line: `samanyar search TEXT`)."""
    return told_list(application, application.search.search(q, make_filters(application, wanted, caller), k, mode), caller)


@router.get("/search/summary")
def search_summary(
    application: AppDep,
    caller: Reader,
    wanted: FiltersDep,
    length: LengthDep,
    q: Annotated[str, Query(min_length=1, max_length=300)],
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    mode: Annotated[str, Query(pattern="^(hybrid|dense|lexical)$")] = "hybrid",
) -> JSONResponse:
    """One summary of what a search finds, each sentence citing its report
    (command line: `samanyar summarize --search TEXT`)."""
    found = application.overviews.of_search(q, make_filters(application, wanted, caller), k, mode, length)
    return told(application, found, caller)


@router.post("/search", responses={200: {"model": HitList}})
def search_by_text(wanted: SearchInput, application: AppDep, caller: Reader) -> JSONResponse:
    """Search by a whole text, or by a stored report."""
    if (wanted.text is None) == (wanted.report_id is None):
        errors = [FieldError("/text", "یکی از text و report_id را بدهید.")]
        raise InvalidInput(errors[0].detail, errors, "give exactly one of text and report_id")
    filters = make_filters(application, wanted, caller)
    if wanted.report_id is not None:
        own_report(application, wanted.report_id, caller)
        found = application.search.similar_reports(wanted.report_id, filters, wanted.k, wanted.mode)
        return told_list(application, found, caller)
    text = application.parser.submission({"text": wanted.text}).text
    return told_list(application, application.search.search(text, filters, wanted.k, wanted.mode), caller)


@router.get("/ngos/{ngo_id}")
def ngo(ngo_id: str, application: AppDep, caller: Reader) -> JSONResponse:
    """An NGO and what its reports show: how many of them each domain, activity, target group and province, and since when."""
    own_ngo(ngo_id, caller)
    found = application.stores.reports.ngo(ngo_id)
    profile = counted(list(application.stores.reports.iterate(Filters(ngo=found.id))))
    application.stores.audit.record("ngo.read", f"ngo:{found.id}")
    shown = {kind: dict(getattr(profile, kind)) for kind in ("domains", "activities", "target_groups", "provinces")}
    whole = {**to_json(found), "profile": {"reports": profile.reports, **shown, "period": to_json(profile.period)}}
    return told(application, whole, caller)


@router.get("/ngos/{ngo_id}/ledger")
def ledger(ngo_id: str, application: AppDep, caller: Reader) -> JSONResponse:
    """What the NGO says it achieved, by period; figures told twice or contradicting each other; totals by year, plans apart
    (command line: `samanyar ngos ledger ID`)."""
    own_ngo(ngo_id, caller)
    found = application.ledgers.of(ngo_id)
    application.stores.audit.record("ngo.read", f"ngo:{found.ngo.id}", {"part": "ledger"})
    return told(application, found, caller)


@router.get("/ngos/{ngo_id}/summary")
def ngo_summary(
    ngo_id: str,
    application: AppDep,
    caller: Reader,
    length: LengthDep,
    year: Annotated[int | None, Query(ge=1300, le=1500, description="Jalali.")] = None,
) -> JSONResponse:
    """One summary of the NGO's reports, or of those of a year, each sentence citing its report
    (command line: `samanyar summarize --ngo ID --year 1402`)."""
    own_ngo(ngo_id, caller)
    found = application.overviews.of_ngo(ngo_id, year, length)
    application.stores.audit.record("ngo.read", f"ngo:{ngo_id}", {"part": "summary"})
    return told(application, found, caller)


@router.get("/ngos/{ngo_id}/similar")
def similar_ngos(
    ngo_id: str,
    application: AppDep,
    caller: Reader,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    other_provinces: Annotated[bool, Query(description="Only NGOs that report from none of its provinces.")] = False,  # noqa: FBT002
) -> JSONResponse:
    """NGOs that work like this one (command line: `samanyar similar --ngo ID`)."""
    own_ngo(ngo_id, caller)
    if caller.ngo is not None:
        return listed([])
    return told_list(application, application.similar_ngos.similar(ngo_id, k, other_provinces=other_provinces), caller)
