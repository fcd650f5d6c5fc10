"""Reports as rows of the tables, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from nlp.adapters.stores.engine import batches
from nlp.adapters.stores.tables import ngos, report_domains, reports
from nlp.errors import FieldError, InvalidInput
from nlp.types import Ngo, Period, Report, ReportHead, Source
from nlp.wire import analysis_from_json, to_json

_NGO = (ngos.c.name.label("ngo_name"), ngos.c.registration_number.label("ngo_registration_number"))
REPORTS = select(reports, *_NGO).outerjoin(ngos, ngos.c.id == reports.c.ngo_id)
_HEAD = (reports.c.pk, reports.c.id, reports.c.title, reports.c.province, reports.c.status)
HEADS = select(*_HEAD, reports.c.period_start, reports.c.period_end, reports.c.ngo_id, *_NGO).outerjoin(
    ngos, ngos.c.id == reports.c.ngo_id
)


def text_sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_storable(pointer: str, value: Any) -> None:
    """:raises InvalidInput: text with half a character (a lone surrogate), which no database keeps."""
    try:
        (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("متن نویسه ناقص دارد.", [FieldError(pointer, str(error))], detail=str(error)) from error


def values(report: Report, ngo_id: str | None) -> dict[str, Any]:
    """The columns that a report fills, all but `version` and the times of storing.

    :raises InvalidInput: a text that no database keeps.
    """
    source, review, extra = to_json(report.source), to_json(report.review), to_json(report.extra)
    texts = {
        "text": report.text,
        "title": report.title,
        "city": report.city,
        "source": source,
        "review": review,
        "extra": extra,
    }
    for field, value in texts.items():
        check_storable(f"/{field}", value)
    return {
        "id": report.id,
        "status": report.status,
        "needs_review": report.analysis and report.analysis.needs_review,
        "ngo_id": ngo_id,
        "province": report.province,
        "period_start": report.period and report.period.start,
        "period_end": report.period and report.period.end,
        "submitted_at": report.submitted_at,
        "text_sha256": text_sha256(report.text),
        "city": report.city,
        "title": report.title,
        "source": source,
        "review": review,
        "extra": extra,
        "text": report.text,
        "analysis": to_json(report.analysis),
    }


def domain_values(report: Report, report_pk: int) -> list[dict[str, Any]]:
    """Rows of `report_domains`."""
    assigned = {"domain": report.domains, "group": report.groups}
    return [
        {"report_pk": report_pk, "kind": kind, "code": code, "rank": rank}
        for kind, codes in assigned.items()
        for rank, code in enumerate(codes)
    ]


def report(row: Row[*tuple[Any, ...]]) -> Report:
    """A row of `REPORTS`."""
    return Report(
        id=row.id,
        ngo=_ngo(row),
        title=row.title,
        text=row.text,
        province=row.province,
        city=row.city,
        period=_period(row),
        submitted_at=row.submitted_at,
        source=row.source and Source(**row.source),
        status=row.status,
        analysis=row.analysis and analysis_from_json(row.analysis),
        review=row.review,
        extra=row.extra,
        version=row.version,
    )


def heads(connection: Connection, report_ids: Sequence[str]) -> dict[str, ReportHead]:
    """Those that exist, by id."""
    found = [row for some in batches(report_ids) for row in connection.execute(HEADS.where(reports.c.id.in_(some)))]
    domains: dict[int, tuple[str, ...]] = {}
    for some_pks in batches([row.pk for row in found]):
        assigned = select(report_domains.c.report_pk, report_domains.c.code).where(
            report_domains.c.kind == "domain", report_domains.c.report_pk.in_(some_pks)
        )
        for pk, code in connection.execute(assigned.order_by(report_domains.c.rank)):
            domains[pk] = (*domains.get(pk, ()), code)
    return {row.id: head(row, domains) for row in found}


def head(row: Row[*tuple[Any, ...]], domains: Mapping[int, tuple[str, ...]]) -> ReportHead:
    """A row of `HEADS`; `domains` by the report's pk."""
    return ReportHead(row.id, row.title, _ngo(row), row.province, _period(row), domains.get(row.pk, ()), row.status)


def _ngo(row: Row[*tuple[Any, ...]]) -> Ngo | None:
    return Ngo(row.ngo_id, row.ngo_name, row.ngo_registration_number) if row.ngo_id else None


def _period(row: Row[*tuple[Any, ...]]) -> Period | None:
    return Period(row.period_start, row.period_end) if row.period_start or row.period_end else None
