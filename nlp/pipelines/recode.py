"""Bring stored reports and decisions to another taxonomy's codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from nlp.errors import NotFound, VersionConflict
from nlp.ports import ReportStore, ReviewStore
from nlp.review.recode import Codes, recoded_report, recoded_review
from nlp.taxonomy import Taxonomy
from nlp.types import Filters, Report

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Recoded:
    """How many reports and decisions change; `unknown`: codes that neither the taxonomy nor the mapping knows."""

    reports: int
    decisions: int
    unknown: tuple[str, ...]


def recode(reports: ReportStore, reviews: ReviewStore, taxonomy: Taxonomy, codes: Codes, *, apply: bool) -> Recoded:
    """Each changed report is a new version, so that its history keeps what it was. Without `apply` nothing is written."""
    changed, met = 0, set[str]()
    for report in reports.iterate(Filters()):
        after = recoded_report(report, codes, taxonomy)
        met |= {*after.domains, *(domain.code for domain in (after.analysis.domains if after.analysis else ()))}
        if after == report:
            continue
        changed += 1
        if apply:
            _replace(reports, report, codes, taxonomy)
    decisions = reviews.rewrite(partial(recoded_review, mapping=codes, taxonomy=taxonomy), apply=apply)
    return Recoded(changed, decisions, tuple(sorted(met - taxonomy.by_code.keys())))


def _replace(reports: ReportStore, report: Report, codes: Codes, taxonomy: Taxonomy) -> None:
    """Tried again when somebody changes it meanwhile; one that went meanwhile needs nothing."""
    for _ in range(_TRIES):
        try:
            reports.replace(recoded_report(report, codes, taxonomy), None, report.version)
        except VersionConflict:
            report = reports.get(report.id)
        except NotFound:
            return
        else:
            return
