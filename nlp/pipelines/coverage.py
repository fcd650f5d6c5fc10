"""Who works where: the domain × province matrix, zeros included."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.ports import ReportStore
from nlp.provinces import Provinces
from nlp.taxonomy import Taxonomy
from nlp.types import Filters


@dataclass(frozen=True, slots=True)
class Cell:
    """How many reports and different NGOs one domain has in one province."""

    domain: str
    province: str
    reports: int
    ngos: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Codes of both sides, and one cell for each pair."""

    domains: tuple[str, ...]
    provinces: tuple[str, ...]
    cells: tuple[Cell, ...]


def coverage(store: ReportStore, taxonomy: Taxonomy, provinces: Provinces, filters: Filters | None = None) -> Coverage:
    """Counts over the domains of the stored reports, as reviewers left them; reports without a province are not counted."""
    counts = {(domain, province): pair for domain, province, *pair in store.domain_counts(filters or Filters())}
    domains = tuple(domain.code for domain in taxonomy.domains)
    cells = tuple(
        Cell(domain, province, *counts.get((domain, province), (0, 0))) for domain in domains for province in provinces.codes
    )
    return Coverage(domains, provinces.codes, cells)
