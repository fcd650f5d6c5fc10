"""What the page of a report shows: its text in pieces, its domains as cards, and what a reviewer is about to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from nlp.errors import InvalidInput
from nlp.review.decisions import Decision, EditedSummary
from nlp.text.normalize import normalize
from nlp.types import Report, ScoredSpan, Span, Summary
from nlp.wire import to_json
from service.web.marks import Piece, marks_of, pieces
from service.web.pages import Names

LIKELY = 0.3
"""A domain that is less probable than this, and not chosen, is shown folded away."""


@dataclass(frozen=True, slots=True)
class Card:
    """A domain on the page; `probability` is None where only a reviewer named it."""

    code: str
    name: str
    number: int | None
    colour: int
    probability: float | None
    assigned: bool
    chosen: bool
    evidence: Sequence[Mapping[str, Any]]

    @property
    def likely(self) -> bool:
        """Whether it is shown at once."""
        return self.chosen or self.assigned or (self.probability or 0) >= LIKELY


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision that is not made yet: chosen domains, the summary's text, the sentences that it stands on, a note."""

    domains: tuple[str, ...]
    summary: str
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A report for its template: `report` in the JSON shape with the `summary` that counts."""

    report: Mapping[str, Any]
    title: Sequence[Piece]
    text: Sequence[Piece]
    cards: Sequence[Card]

    @property
    def figures(self) -> Mapping[str, Sequence[tuple[int, Mapping[str, Any]]]]:
        """What was achieved, by kind; each with its place among all."""
        found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        for number, fact in enumerate(self.report["analysis"]["facts"] if self.report["analysis"] else ()):
            found.setdefault(fact["kind"], []).append((number, fact))
        return found


def read(report: Report, names: Names, chosen: Sequence[str]) -> Reading:
    """chosen: the domains that are ticked."""
    shown = {**to_json(report), "summary": to_json(report.summary)}
    scored = report.analysis.domains if report.analysis else ()
    cards = [
        Card(
            each.code,
            each.fa,
            None,
            names.colour(each.code),
            each.probability,
            each.assigned,
            each.code in chosen,
            to_json(each.evidence),
        )
        for each in scored
    ]
    numbered = [card.code for card in cards if card.likely and card.evidence]
    numbers = {code: (number, names.colour(code)) for number, code in enumerate(numbered, 1)}
    cards = [replace(card, number=numbers[card.code][0]) if card.code in numbers else card for card in cards]
    known = {card.code for card in cards}
    added = dict.fromkeys(code for code in (*report.domains, *chosen) if code not in known)
    cards += [
        Card(
            code,
            names.domain(code),
            number=None,
            colour=names.colour(code),
            probability=None,
            assigned=False,
            chosen=code in chosen,
            evidence=(),
        )
        for code in added
    ]
    marks = marks_of(shown, numbers)
    return Reading(shown, pieces(report.title or "", marks["title"]), pieces(report.text, marks["text"]), cards)


def draft_of(report: Report) -> Draft:
    """What counts now, to be accepted or changed."""
    summary = report.summary
    return Draft(report.domains, summary.text if summary else "", tuple(map(name_of, summary.sentences)) if summary else ())


def name_of(span: Span | ScoredSpan) -> str:
    """A stretch of a report as a form's value."""
    return f"{span.field}:{span.start}:{span.end}"


def decision_of(report: Report, draft: Draft, action: str) -> Decision:
    """What the reviewer says: `reject`, or `save` the report as it is accepted, or what was changed in it.

    :raises InvalidInput: another action, or a source that is no stretch of the report."""
    note = draft.note.strip() or None
    if action == "reject":
        return Decision("reject", note=note)
    if action != "save":
        raise InvalidInput("بگویید گزارش را می‌پذیرید یا رد می‌کنید.", detail="action is save or reject")
    before = draft_of(report)
    domains = draft.domains if set(draft.domains) != set(before.domains) else None
    summary = None
    if (draft.summary.strip(), draft.sources) != (before.summary.strip(), before.sources):
        summary = EditedSummary(draft.summary, tuple(_span(report, source) for source in draft.sources))
    if domains is None and summary is None:
        return Decision("accept", note=note)
    return Decision("correct", domains, summary, note)


def sources_of(report: Report, draft: Draft) -> dict[str, str]:
    """Stretches of the report that a summary may stand on, by their names in a form: those of the summary that counts, then
    those that the draft names besides."""
    counted = {name_of(span): span.text for span in report.summary.sentences} if report.summary else {}
    for source in draft.sources:
        with suppress(InvalidInput):
            counted.setdefault(source, _span(report, source).text)
    return counted


def _span(report: Report, source: str) -> Span:
    field, _, rest = source.partition(":")
    start, _, end = rest.partition(":")
    original = {"text": report.text, "title": report.title or ""}.get(field)
    plain = all(each.isascii() and each.isdigit() and len(each) < 10 for each in (start, end))
    if original is None or not plain or not 0 <= int(start) < int(end) <= len(original):
        raise InvalidInput(
            "جمله‌ای که خلاصه بر آن تکیه دارد در گزارش نیست.", detail=f"{source[:40]!r} is no stretch of the report"
        )
    return Span("title" if field == "title" else "text", int(start), int(end), original[int(start) : int(end)])


def summary_pieces(summary: Summary | None) -> list[tuple[str, int | None]]:
    """The summary's text, each stretch with the number of the sentence of the report that it is, if it is one."""
    if summary is None:
        return []
    found: list[tuple[str, int | None]] = []
    place = 0
    for number, sentence in enumerate(summary.sentences):
        repaired = " ".join(normalize(sentence.text).text.split())
        at = summary.text.find(repaired, place)
        if at < 0:
            continue
        if at > place:
            found.append((summary.text[place:at], None))
        found.append((repaired, number))
        place = at + len(repaired)
    if place < len(summary.text):
        found.append((summary.text[place:], None))
    return found
