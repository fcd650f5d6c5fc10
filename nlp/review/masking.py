"""Personal data for those who need not see it: every text that is shown is masked, letter for letter, so that offsets stay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from nlp.text.personal import HIDDEN, masked_same_length
from nlp.types import Analysis, DatedSpan, DomainScore, Fact, Place, Report, ScoredSpan, Source, Summary

S = TypeVar("S", ScoredSpan, Place, DatedSpan, Fact)
F = TypeVar("F", bound=Fact)
TEXTS = frozenset({"text", "title", "headline", "note", "changed", "city", "name"})
"""Keys of an answer under which texts of reports stand."""


def masked_report(report: Report) -> Report:
    """Spans are cut anew out of the masked text, so that no piece of a number shows; a figure read out of one is gone."""
    originals = {"text": masked_same_length(report.text), "title": masked_same_length(report.title or "")}
    review = None if report.review is None else dict(report.review)
    if review is not None:
        review["note"] = _masked(review.get("note"))
        if review.get("summary") is not None:
            sentences = [_cut_json(span, originals) for span in review["summary"]["sentences"]]
            review["summary"] = {**masked_json(review["summary"]), "sentences": sentences}
    return replace(
        report,
        text=originals["text"],
        title=None if report.title is None else originals["title"],
        source=report.source and Source(_masked(report.source.file), _masked(report.source.sheet), report.source.row),
        analysis=report.analysis and _analysis(report.analysis, originals),
        review=review,
        city=_masked(report.city),
        ngo=report.ngo and replace(report.ngo, name=masked_same_length(report.ngo.name)),
        extra=_deep(report.extra),
    )


def masked_json(value: Any) -> Any:
    """An answer as JSON data, with the texts in it masked."""
    if isinstance(value, Mapping):
        return {key: _deep(item) if key in TEXTS else masked_json(item) for key, item in value.items()}
    return [masked_json(item) for item in value] if isinstance(value, (list, tuple)) else value


def _deep(value: Any) -> Any:
    """Every string in it, keys too, and every number that is one of them."""
    if isinstance(value, str):
        return masked_same_length(value)
    if isinstance(value, Mapping):
        return {masked_same_length(str(key)): _deep(item) for key, item in value.items()}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        plain = f"{value:.0f}" if math.isfinite(value) else ""
        return value if HIDDEN not in masked_same_length(plain) else masked_same_length(plain)
    return [_deep(item) for item in value] if isinstance(value, (list, tuple)) else value


def _masked(text: str | None) -> str | None:
    return text and masked_same_length(text)


def _analysis(analysis: Analysis, originals: Mapping[str, str]) -> Analysis:
    return replace(
        analysis,
        domains=tuple(_domain(domain, originals) for domain in analysis.domains),
        summary=analysis.summary and _summary(analysis.summary, originals),
        facts=_figures(analysis.facts, originals),
        plans=_figures(analysis.plans, originals),
        places=tuple(_cut(span, originals) for span in analysis.places),
        periods=tuple(_cut(span, originals) for span in analysis.periods),
    )


def _domain(domain: DomainScore, originals: Mapping[str, str]) -> DomainScore:
    return replace(domain, evidence=tuple(_cut(span, originals) for span in domain.evidence))


def _summary(summary: Summary, originals: Mapping[str, str]) -> Summary:
    sentences = tuple(_cut(span, originals) for span in summary.sentences)
    return replace(summary, text=masked_same_length(summary.text), headline=_masked(summary.headline), sentences=sentences)


def _figures(facts: tuple[F, ...], originals: Mapping[str, str]) -> tuple[F, ...]:
    cut = (replace(fact, text=originals[fact.field][fact.start : fact.end]) for fact in facts)
    return tuple(fact for fact in cut if HIDDEN not in fact.text)


def _cut(span: S, originals: Mapping[str, str]) -> S:
    return replace(span, text=originals[span.field][span.start : span.end])


def _cut_json(span: Mapping[str, Any], originals: Mapping[str, str]) -> dict[str, Any]:
    return {**span, "text": originals[span["field"]][span["start"] : span["end"]]}
