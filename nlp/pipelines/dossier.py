"""An NGO's dossier: its profile, its reports by year, what it says it achieved, and who works like it."""

from __future__ import annotations

from nlp.pipelines.ledger import Ledgers
from nlp.pipelines.profile import counted
from nlp.pipelines.similar import SimilarNgos
from nlp.ports import ReportStore
from nlp.review.dossier import Dossier, by_year
from nlp.text.jalali import jalali_year
from nlp.types import Filters, Report

COUNTED = ("domains", "activities", "target_groups", "provinces")


class Dossiers:
    """The use case behind `/v1/ngos/{id}/dossier`."""

    def __init__(self, store: ReportStore, ledgers: Ledgers, similar: SimilarNgos) -> None:
        self._store = store
        self._ledgers = ledgers
        self._similar = similar

    def of(self, ngo_id: str, similar: int = 5) -> Dossier:
        """With so many similar NGOs. :raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        reports = list(self._store.iterate(Filters(ngo=ngo.id)))
        profile = counted(reports)
        heads = self._store.heads([report.id for report in reports])
        ledger = self._ledgers.read(ngo, reports)
        return Dossier(
            ngo=ngo,
            reports=profile.reports,
            period=profile.period,
            counts={kind: dict(getattr(profile, kind).most_common()) for kind in COUNTED},
            years=by_year([(year_of(report), heads[report.id]) for report in reports if report.id in heads]),
            totals=ledger.totals,
            flags=ledger.flags,
            similar=tuple(self._similar.similar(ngo.id, similar)) if similar else (),
        )


def year_of(report: Report) -> int | None:
    """The Jalali year in which its period begins, or ends where it has no beginning."""
    day = report.period and (report.period.start or report.period.end)
    return jalali_year(day) if day else None
