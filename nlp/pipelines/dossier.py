"""An NGO's dossier: its profile, its reports by year, what it says it achieved, and who works like it."""

from __future__ import annotations

from dataclasses import replace

from nlp.pipelines.kept import Kept
from nlp.pipelines.ledger import Ledgers
from nlp.pipelines.profile import counted
from nlp.pipelines.similar import SimilarNgos
from nlp.ports import ReportStore
from nlp.review.dossier import Dossier, by_year
from nlp.text.jalali import jalali_year
from nlp.types import Filters, Ngo, Report

KEPT_DOSSIERS = 256
COUNTED = ("domains", "activities", "target_groups", "provinces")


class Dossiers:
    """The use case behind `/v1/ngos/{id}/dossier`."""

    def __init__(self, store: ReportStore, ledgers: Ledgers, similar: SimilarNgos) -> None:
        self._store = store
        self._ledgers = ledgers
        self._dossiers: Kept[str, Dossier] = Kept(KEPT_DOSSIERS)
        self._similar = similar

    def of(self, ngo_id: str, similar: int = 5) -> Dossier:
        """With so many similar NGOs. :raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        stamp = ngo, self._store.ngo_stamps([ngo.id]).get(ngo.id)
        found = self._dossiers.get(ngo.id, stamp) or self._dossiers.put(ngo.id, stamp, self._made(ngo))
        return replace(found, similar=tuple(self._similar.similar(ngo.id, similar))) if similar else found

    def _made(self, ngo: Ngo) -> Dossier:
        """Without similar NGOs."""
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
            similar=(),
        )


def year_of(report: Report) -> int | None:
    """The Jalali year in which its period begins, or ends where it has no beginning."""
    day = report.period and (report.period.start or report.period.end)
    return jalali_year(day) if day else None
