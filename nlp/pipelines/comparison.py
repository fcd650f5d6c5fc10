"""NGOs side by side: what they work on and the sentence that shows it, what they achieved by year, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.errors import FieldError, InvalidInput
from nlp.pipelines.kept import Kept
from nlp.pipelines.ledger import Ledgers
from nlp.ports import ReportStore
from nlp.review.ledger import Total
from nlp.types import Filters, Ngo, Report, ScoredSpan

LEAST, MOST = 2, 6
KEPT_SIDES = 256


@dataclass(frozen=True, slots=True)
class Shown(ScoredSpan):
    """The best evidence of a domain, and the report that it stands in."""

    report: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared: reports by domain and province, evidence by domain, totals by year."""

    ngo: Ngo
    reports: int
    domains: Mapping[str, int]
    provinces: Mapping[str, int]
    evidence: Mapping[str, Shown]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`domains`, `provinces` and `years` are those that any of them has, the most common first, years ascending."""

    ngos: tuple[Side, ...]
    domains: tuple[str, ...]
    provinces: tuple[str, ...]
    years: tuple[int, ...]


class Comparisons:
    """The use case behind `/v1/ngos/compare`."""

    def __init__(self, store: ReportStore, ledgers: Ledgers) -> None:
        self._store = store
        self._ledgers = ledgers
        self._sides: Kept[str, Side] = Kept(KEPT_SIDES)

    def of(self, ngo_ids: Sequence[str]) -> Comparison:
        """In the order asked for. :raises NotFound: :raises InvalidInput: fewer than two, more than six, or one twice."""
        ngos = {ngo.id: ngo for ngo in (self._store.ngo(each) for each in ngo_ids[: MOST + 1])}  # two may have become one
        if not LEAST <= len(ngos) <= MOST or len(set(ngo_ids)) < len(ngo_ids):
            message = "دو تا شش سمن گوناگون را بدهید."
            raise InvalidInput(message, [FieldError("/id", message)], f"compare {LEAST} to {MOST} different NGOs")
        sides = tuple(self._side(ngo) for ngo in ngos.values())
        years = sorted({total.year for side in sides for total in side.totals})
        return Comparison(
            sides, _common(side.domains for side in sides), _common(side.provinces for side in sides), tuple(years)
        )

    def _side(self, ngo: Ngo) -> Side:
        stamp = ngo, self._store.ngo_stamps([ngo.id]).get(ngo.id)
        return self._sides.get(ngo.id, stamp) or self._sides.put(ngo.id, stamp, self._made(ngo))

    def _made(self, ngo: Ngo) -> Side:
        reports = [report for report in self._store.iterate(Filters(ngo=ngo.id)) if report.status != "rejected"]
        domains = Counter(code for report in reports for code in report.domains)
        provinces = Counter(report.province for report in reports if report.province)
        evidence = {code: shown for code in domains if (shown := _best(reports, code)) is not None}
        return Side(ngo, len(reports), dict(domains), dict(provinces), evidence, self._ledgers.read(ngo, reports).totals)


def _best(reports: Sequence[Report], code: str) -> Shown | None:
    """Of the reports that have this domain."""
    found = [
        Shown(span.field, span.start, span.end, span.text, span.score, report.id)
        for report in reports
        if code in report.domains and report.analysis
        for domain in report.analysis.domains
        if domain.code == code
        for span in domain.evidence
    ]
    return max(found, key=lambda span: span.score, default=None)


def _common(counts: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return tuple(sorted(total, key=lambda code: (-total[code], code)))
