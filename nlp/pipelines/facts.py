"""Facts and plans, places and periods of one document, with their places in the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from nlp.facts.periods import find_periods
from nlp.facts.places import Gazetteer
from nlp.facts.reading import Reading
from nlp.pipelines.document import Document
from nlp.text.personal import find_personal, overlaps
from nlp.types import DatedSpan, Fact, Place, Plan


def counted(document: Document, readings: Sequence[Reading]) -> tuple[tuple[Fact, ...], tuple[Plan, ...]]:
    """What was achieved, and, apart from it, what was planned or not done; both in the order of the text. A telephone counts
    nothing."""
    facts: list[Fact] = []
    plans: list[Plan] = []
    personal = find_personal(document.submission.text)
    for reading in readings:
        mention = reading.mention
        span = document.span_in(reading.sentence, mention.start, mention.end)
        if overlaps(personal, span.start, span.end):
            continue
        fact = Fact(
            kind=reading.kind,
            value=_plain(mention.number.value),
            value_max=None if mention.number.highest is None else _plain(mention.number.highest),
            unit=reading.unit,
            qualifier=mention.qualifier,
            field=span.field,
            start=span.start,
            end=span.end,
            text=span.text,
        )
        if reading.status == "achieved":
            facts.append(fact)
        elif reading.status != "other":
            plans.append(Plan(**asdict(fact), status=reading.status))
    return tuple(facts), tuple(plans)


def named(document: Document, gazetteer: Gazetteer) -> tuple[tuple[Place, ...], tuple[DatedSpan, ...]]:
    """The provinces and cities, and the periods, that the text names."""
    text = document.body.text
    places = []
    for each in gazetteer.find(text, document.submission.province):
        span = document.span(each.start, each.end)
        places.append(Place(span.field, span.start, span.end, span.text, each.province, each.city))
    periods = []
    for found in find_periods(text):
        span = document.span(found.start, found.end)
        periods.append(DatedSpan(span.field, span.start, span.end, span.text, found.period))
    return tuple(places), tuple(periods)


def _plain(value: float) -> float:
    """A whole number as one, so that JSON says 120 and not 120.0."""
    return int(value) if value == int(value) else value
