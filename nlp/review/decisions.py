"""What a reviewer decides on a report, checked, and the report as it stands after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ulid import ULID

from nlp.errors import FieldError, InvalidInput
from nlp.taxonomy import Taxonomy
from nlp.types import Report, Review, ScoredSpan, Span, Status, Summary, Verdict
from nlp.wire import to_json

STATUS: Mapping[Verdict, Status] = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
NOTE_CHARACTERS, SUMMARY_CHARACTERS = 4000, 10_000
EDITED = "edited"
"""The method of a summary that a person wrote or changed."""


@dataclass(frozen=True, slots=True)
class EditedSummary:
    """A summary as a reviewer left it; `sentences` are the stretches of the report that it stands on, if any."""

    text: str
    sentences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer says. `correct` brings domains, a summary or both; `reject` a note; `accept` keeps what is shown."""

    verdict: Verdict
    domains: tuple[str, ...] | None = None
    summary: EditedSummary | None = None
    note: str | None = None


def decided(
    report: Report, decision: Decision, taxonomy: Taxonomy, *, by: str, at: datetime, audited: bool
) -> tuple[Report, Review]:
    """The report after the decision, and the decision as it is kept. Its version is left to the store.

    :raises InvalidInput: with every wrong field in `errors`."""
    errors = [*_wrong_fields(decision), *_wrong_domains(decision, taxonomy), *_wrong_summary(decision.summary, report)]
    if errors:
        raise InvalidInput(errors[0].detail, errors, "the decision does not fit")
    rejected = decision.verdict == "reject"
    domains = None if rejected else report.domains if decision.domains is None else tuple(dict.fromkeys(decision.domains))
    kept = report.summary if report.summary and report.summary.method == EDITED else None
    summary = _written(decision.summary, report) if decision.summary else None if rejected else kept
    known = taxonomy.by_code
    groups = None if decision.domains is None else tuple(dict.fromkeys(known[code].group for code in domains or ()))
    analysis = report.analysis
    review = Review(
        id=str(ULID()),
        report=report.id,
        version=report.version,
        decision=decision.verdict,
        domains=domains,
        groups=None if rejected else report.groups if groups is None else groups,
        summary=summary,
        note=decision.note,
        by=by,
        at=at,
        assigned=analysis.assigned if analysis else (),
        probabilities={domain.code: domain.probability for domain in analysis.domains} if analysis else {},
        model=analysis.provenance.model_sha256 if analysis else None,
        audited=audited,
    )
    shown = {
        name: to_json(getattr(review, name)) for name in ("id", "by", "at", "decision", "domains", "groups", "summary", "note")
    }
    names = None if domains is None else [known[code].fa if code in known else code for code in domains]
    return replace(report, status=STATUS[decision.verdict], review={**shown, "domain_names": names}), review


def _wrong_fields(decision: Decision) -> list[FieldError]:
    """Fields that this verdict needs, or cannot have."""
    found = []
    if decision.verdict == "correct" and decision.domains is None and decision.summary is None:
        found.append(FieldError("/domains", "برای اصلاح، حوزه‌ها یا خلاصه را بفرستید."))
    if decision.verdict == "reject" and not (decision.note or "").strip():
        found.append(FieldError("/note", "برای رد گزارش، دلیل آن را بنویسید."))
    if decision.verdict != "correct":
        given = (("/domains", decision.domains), ("/summary", decision.summary))
        found += [FieldError(pointer, "این فیلد تنها با اصلاح می‌آید.") for pointer, value in given if value is not None]
    if len(decision.note or "") > NOTE_CHARACTERS:
        found.append(FieldError("/note", "یادداشت بیش از اندازه بلند است."))
    return found


def _wrong_domains(decision: Decision, taxonomy: Taxonomy) -> list[FieldError]:
    return [
        FieldError(f"/domains/{place}", "حوزه‌ای با این کد نیست.")
        for place, code in enumerate(decision.domains or ())
        if code not in taxonomy.by_code
    ]


def _wrong_summary(summary: EditedSummary | None, report: Report) -> list[FieldError]:
    """Its sentences must be what stands in the report, letter by letter."""
    if summary is None:
        return []
    found = []
    if not summary.text.strip():
        found.append(FieldError("/summary/text", "خلاصه خالی است."))
    if len(summary.text) > SUMMARY_CHARACTERS:
        found.append(FieldError("/summary/text", "خلاصه بیش از اندازه بلند است."))
    for place, span in enumerate(summary.sentences):
        original = report.text if span.field == "text" else report.title or ""
        if not 0 <= span.start < span.end <= len(original) or original[span.start : span.end] != span.text:
            found.append(FieldError(f"/summary/sentences/{place}", "این جمله در همان جای گزارش نیست."))
    return found


def _written(summary: EditedSummary, report: Report) -> Summary:
    sentences: Sequence[ScoredSpan] = [
        ScoredSpan(each.field, each.start, each.end, each.text, 1.0) for each in summary.sentences
    ]
    before = report.summary
    return Summary(summary.text.strip(), EDITED, before.headline if before else None, tuple(sentences))
