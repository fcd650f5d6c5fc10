"""Who works where: the domain × province matrix, zeros included, and the zeros that are worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.ports import ReportStore
from nlp.provinces import Provinces
from nlp.taxonomy import Taxonomy
from nlp.types import Filters

LEAST_EXPECTED = 3.0
"""A zero says something where at least so many reports were to be expected: by chance alone it would then come in under 5% of
cases, e⁻³ (Poisson; the «rule of three», Hanley and Lippman-Hand 1983)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many reports and different NGOs one domain has in one province."""

    domain: str
    province: str
    reports: int
    ngos: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many reports and different NGOs a province has, each report once however many domains it has."""

    province: str
    reports: int
    ngos: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A domain that none of the `reports` of a province has; `expected`: how many would have it if it were as common there as
    in the whole country."""

    domain: str
    province: str
    reports: int
    expected: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Codes of both sides, one cell for each pair, one total for each province, and gaps, the widest first."""

    domains: tuple[str, ...]
    provinces: tuple[str, ...]
    cells: tuple[Cell, ...]
    totals: tuple[Total, ...]
    gaps: tuple[Gap, ...]


def coverage(store: ReportStore, taxonomy: Taxonomy, provinces: Provinces, filters: Filters | None = None) -> Coverage:
    """Counts over the domains of the stored reports, as reviewers left them; reports without a province are not counted. A
    filter by group or domain leaves only their rows, and totals of the reports that have them."""
    wanted = filters or Filters()
    of_all = replace(wanted, domain=None, group=None)
    counts = {(domain, province): pair for domain, province, *pair in store.domain_counts(of_all)}
    every = {province: pair for province, *pair in store.province_counts(of_all)}
    chosen = every if wanted == of_all else {province: pair for province, *pair in store.province_counts(wanted)}
    domains = tuple(domain.code for domain in taxonomy.domains if _wanted(wanted, domain.code, domain.group))
    cells = tuple(
        Cell(domain, province, *counts.get((domain, province), (0, 0))) for domain in domains for province in provinces.codes
    )
    totals = tuple(Total(province, *chosen.get(province, (0, 0))) for province in provinces.codes)
    return Coverage(domains, provinces.codes, cells, totals, gaps(cells, {code: pair[0] for code, pair in every.items()}))


def _wanted(filters: Filters, domain: str, group: str) -> bool:
    return filters.domain in (None, domain) and filters.group in (None, group)


def gaps(cells: Sequence[Cell], totals: Mapping[str, int]) -> tuple[Gap, ...]:
    """The zeros among the cells that are worth a look, the widest first. totals: reports of each province, whatever their
    domains."""
    of_domain: Counter[str] = Counter()
    for cell in cells:
        of_domain[cell.domain] += cell.reports
    whole = sum(totals.values()) or 1
    empty = (
        Gap(cell.domain, cell.province, here, round(of_domain[cell.domain] * here / whole, 1))
        for cell in cells
        if not cell.reports and (here := totals.get(cell.province, 0))
    )
    return tuple(sorted((gap for gap in empty if gap.expected >= LEAST_EXPECTED), key=lambda gap: -gap.expected))
