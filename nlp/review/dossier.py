"""All that is known of an NGO on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.review.ledger import Flag, Total
from nlp.text.personal import masked_same_length
from nlp.types import Ngo, Period, ReportHead, SimilarNgo


@dataclass(frozen=True, slots=True)
class YearOfReports:
    """The reports of one Jalali year; None: those that tell no period."""

    year: int | None
    reports: tuple[ReportHead, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """`counts`: how many reports show each code, under domains, activities, target_groups and provinces; `years`: the newest
    first; `totals` and `flags`: of its ledger; `similar`: NGOs that work like it, and why."""

    ngo: Ngo
    reports: int
    period: Period | None
    counts: Mapping[str, Mapping[str, int]]
    years: tuple[YearOfReports, ...]
    totals: tuple[Total, ...]
    flags: tuple[Flag, ...]
    similar: tuple[SimilarNgo, ...]


def by_year(dated: Sequence[tuple[int | None, ReportHead]]) -> tuple[YearOfReports, ...]:
    """The newest year first, the undated last; within a year as they come."""
    years = sorted({year for year, _ in dated}, key=lambda year: (year is None, -(year or 0)))
    return tuple(YearOfReports(year, tuple(head for of, head in dated if of == year)) for year in years)


def masked_titles(dossier: Dossier) -> Dossier:
    """For a print that shows titles and names, and no passage."""
    years = tuple(replace(year, reports=tuple(map(_masked_head, year.reports))) for year in dossier.years)
    similar = tuple(replace(each, ngo=_masked_ngo(each.ngo)) for each in dossier.similar)
    return replace(dossier, ngo=_masked_ngo(dossier.ngo), years=years, similar=similar)


def _masked_head(head: ReportHead) -> ReportHead:
    return replace(head, title=head.title and masked_same_length(head.title), ngo=head.ngo and _masked_ngo(head.ngo))


def _masked_ngo(ngo: Ngo) -> Ngo:
    return replace(ngo, name=masked_same_length(ngo.name))
