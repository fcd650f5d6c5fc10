"""Personal data for those who need not see it: every text that is shown is masked, letter for letter, so that offsets stay."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from nlp.text.digits import to_persian_digits
from nlp.text.personal import HIDDEN, masked_same_length
from nlp.types import Analysis, DatedSpan, DomainScore, Fact, Place, Report, ScoredSpan, Source, Summary

S = TypeVar("S", ScoredSpan, Place, DatedSpan, Fact)
F = TypeVar("F", bound=Fact)
Original = Callable[[str], Mapping[str, str] | None]
SPAN = frozenset({"field", "start", "end", "text"})
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


def masked_json(value: Any, original: Original = lambda _: None, of: str | None = None, owner: str | None = None) -> Any:
    """An answer as JSON data, with the texts in it masked. A span is cut anew out of its masked report, because a piece of a
    number need not look like one. original: a report's masked text and title by its id, None for one that is not there; of: the
    report that left sides are of, where nothing else says so; owner: the report that is spoken of."""
    if isinstance(value, (list, tuple)):
        return [masked_json(item, original, of, owner) for item in value]
    if not isinstance(value, Mapping):
        return value
    owner = _report_of(value) or owner
    owners = {"left": value.get("left_report", of), "right": value.get("right_report", owner)}
    found = {
        key: _deep(item) if key in TEXTS else masked_json(item, original, of, owners.get(key, owner))
        for key, item in value.items()
    }
    whole = original(owner) if owner is not None and value.keys() >= SPAN else None
    if whole is not None:
        found["text"] = whole[value["field"]][value["start"] : value["end"]]
    if "of" in value and "sentences" in value:  # an overview: its text is made of its sentences
        found["text"] = " ".join(f"{each['text']} [{to_persian_digits(str(each['number']))}]" for each in found["sentences"])
    return found


def _report_of(value: Mapping[str, Any]) -> str | None:
    report = value.get("report")
    if isinstance(report, Mapping):
        report = report.get("id")
    return report if isinstance(report, str) else None


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
    """Its text is masked by itself, or made anew where a sentence holds a piece of a number."""
    sentences = tuple(_cut(span, originals) for span in summary.sentences)
    whole = all(cut.text == masked_same_length(span.text) for cut, span in zip(sentences, summary.sentences, strict=True))
    text = masked_same_length(summary.text) if whole else " ".join(each.text for each in sentences)
    return replace(summary, text=text, headline=_masked(summary.headline), sentences=sentences)


def _figures(facts: tuple[F, ...], originals: Mapping[str, str]) -> tuple[F, ...]:
    cut = (replace(fact, text=originals[fact.field][fact.start : fact.end]) for fact in facts)
    return tuple(fact for fact in cut if HIDDEN not in fact.text)


def _cut(span: S, originals: Mapping[str, str]) -> S:
    return replace(span, text=originals[span.field][span.start : span.end])


def _cut_json(span: Mapping[str, Any], originals: Mapping[str, str]) -> dict[str, Any]:
    return {**span, "text": originals[span["field"]][span["start"] : span["end"]]}
