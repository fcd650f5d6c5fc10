"""How many reports there are of what: read off the columns, never off the texts."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from nlp.adapters.stores.filters import conditions
from nlp.adapters.stores.tables import report_domains, reports
from nlp.types import Filters, Period


def by_domain(connection: Connection, filters: Filters) -> list[tuple[str, str, int, int]]:
    """Domain, province, and how many reports and different NGOs have both."""
    counts = (func.count(), func.count(reports.c.ngo_id.distinct()))
    having = report_domains.alias()  # a filter by domain asks the table once more
    pair = (having.c.code, reports.c.province)
    of_report = (having.c.report_pk == reports.c.pk) & (having.c.kind == "domain")
    # An outer join is not turned round: SQLite walks the index of the reports, and never meets their texts.
    both = select(*pair, *counts).select_from(reports).outerjoin(having, of_report).group_by(*pair)
    wanted = both.where(reports.c.province.is_not(None), *conditions(filters))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(wanted) if row[0] is not None]


def by_province(connection: Connection, filters: Filters) -> list[tuple[str, int, int]]:
    """Province, and how many reports and different NGOs it has."""
    counted = select(reports.c.province, func.count(), func.count(reports.c.ngo_id.distinct())).group_by(reports.c.province)
    found = connection.execute(counted.where(reports.c.province.is_not(None), *conditions(filters)))
    return [(row[0], row[1], row[2]) for row in found]


def days(connection: Connection, filters: Filters) -> Period:
    """The first and the last day that periods of reports name."""
    ends = [end for day in (reports.c.period_start, reports.c.period_end) for end in (func.min(day), func.max(day))]
    found = [day for day in connection.execute(select(*ends).where(*conditions(filters))).one() if day]
    return Period(min(found, default=None), max(found, default=None))
