"""The one JSON shape that the command line, the HTTP API and exported files share (`interface.md`).

Keys are never left out; absent values are null, lists are `[]`. `Period` is written as `{"from", "to"}`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from nlp.types import (
    Analysis,
    DatedSpan,
    DomainScore,
    Facets,
    Fact,
    Fallback,
    Filters,
    GroupScore,
    Ngo,
    Period,
    Place,
    Plan,
    Provenance,
    QualityNote,
    Report,
    ScoredSpan,
    Source,
    Summary,
)


def to_json(value: Any) -> Any:  # noqa: PLR0911 - one return a type
    """Any value of `nlp.types` as plain JSON data (dict, list, str, float, int, bool, None)."""
    if isinstance(value, Period):
        return {"from": to_json(value.start), "to": to_json(value.end)}
    if isinstance(value, Report):
        return {
            **{item.name: to_json(getattr(value, item.name)) for item in dataclasses.fields(value)},
            "domains": to_json(value.domains),
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, (str, int, bool)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)


def given_filters(filters: Filters) -> dict[str, Any]:
    """Those that are set, as JSON."""
    return {name: value for name, value in to_json(filters).items() if value is not None}


def analysis_from_json(data: Mapping[str, Any]) -> Analysis:
    """The inverse of `to_json` for an analysis that this product wrote."""
    summary = data["summary"]
    facets = data["facets"]
    provenance = dict(data["provenance"])
    return Analysis(
        domains=tuple(
            DomainScore(**{**domain, "evidence": tuple(ScoredSpan(**span) for span in domain["evidence"])})
            for domain in data["domains"]
        ),
        groups=tuple(GroupScore(**group) for group in data["groups"]),
        needs_review=data["needs_review"],
        review_reasons=tuple(data["review_reasons"]),
        facets=facets and Facets(tuple(facets["activities"]), tuple(facets["target_groups"])),
        summary=summary and summary_from_json(summary),
        facts=tuple(Fact(**fact) for fact in data["facts"]),
        plans=tuple(Plan(**plan) for plan in data["plans"]),
        quality=tuple(QualityNote(**note) for note in data["quality"]),
        provenance=Provenance(**{**provenance, "parts": tuple(provenance["parts"])}),
        places=tuple(Place(**place) for place in data.get("places", ())),
        periods=tuple(DatedSpan(**{**span, "period": period_from_json(span["period"])}) for span in data.get("periods", ())),
    )


def summary_from_json(data: Mapping[str, Any]) -> Summary:
    """The inverse of `to_json` for a summary."""
    fallback = data.get("fallback")
    sentences = tuple(ScoredSpan(**span) for span in data["sentences"])
    return Summary(**{**data, "sentences": sentences, "fallback": fallback and Fallback(**fallback)})


def report_from_json(data: Mapping[str, Any]) -> Report:
    """The inverse of `to_json` for a report that this product wrote."""
    return Report(
        **{
            **{key: value for key, value in data.items() if key != "domains"},
            "ngo": data["ngo"] and Ngo(**data["ngo"]),
            "period": data["period"] and period_from_json(data["period"]),
            "submitted_at": datetime.fromisoformat(data["submitted_at"]),
            "source": data["source"] and Source(**data["source"]),
            "analysis": data["analysis"] and analysis_from_json(data["analysis"]),
        }
    )


def period_from_json(data: Mapping[str, Any]) -> Period:
    """A period from ISO dates."""
    return Period(*(data[key] and date.fromisoformat(data[key]) for key in ("from", "to")))
