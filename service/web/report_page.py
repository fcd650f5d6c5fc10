"""The page of one report, as it stands or beside what somebody was about to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from nlp.bootstrap import App
from nlp.review.versions import steps
from nlp.types import Report
from service.api.context import as_seen, seen
from service.api.routes.duplicates import visible
from service.api.security import Caller
from service.web import filters
from service.web.pages import Names, show
from service.web.reading import Draft, draft_of, read, sources_of, summary_pieces

MENDED = ("title", "ngo", "province", "city", "period")


def report_page(
    request: Request,
    application: App,
    caller: Caller,
    found: Report,
    draft: Draft | None = None,
    *,
    status: int = 200,
    error: Exception | None = None,
    since: int | None = None,
    mended: Mapping[str, str] | None = None,
) -> Response:
    """draft: what is in the form, None: what counts now; since: the version that the reviewer saw, where somebody else changed
    it after that; mended: what was typed into the fields that came with the report."""
    shown = as_seen(application, found, caller)
    before = draft_of(shown)
    draft = draft or before
    may_review = caller.may("review") and caller.ngo is None
    duplicates = visible(application.duplicates.of(found.id, dismissed=may_review), caller)
    history = steps(application.stores.reviews.versions(found.id)) if may_review else []
    values: Mapping[str, Any] = {
        "reading": read(shown, Names(application), draft.domains),
        "summary": summary_pieces(shown.summary),
        "draft": draft,
        "before": before,
        "sources": sources_of(shown, draft),
        "mended": mended or fields_of(shown),
        "mending": mended is not None,
        "duplicates": seen(application, duplicates, caller, of=found.id),
        "history": history,
        "reviews": application.stores.reviews.of(found.id) if may_review else (),
        "claim": application.queue.holder(found.id) if may_review else None,
        "may_review": may_review,
        "error": error,
        "since": since,
        "newer": [step for step in history if since is not None and step.version > since],
    }
    return show(request, "report.html", status, **values)


def fields_of(report: Report) -> dict[str, str]:
    """What came with a report, as its form shows it."""
    ngo = report.ngo.name if report.ngo else ""
    words = (report.title or "", ngo, report.province or "", report.city or "", filters.period(report.period))
    return dict(zip(MENDED, words, strict=True))
