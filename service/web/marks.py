"""A report's text cut where spans begin and end, so that a template can mark each piece: no markup is made here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from service.web import filters, words

LAYERS = ("faint", "evidence", "sentence", "fact", "plan")
"""The order in which marks lie over one piece, the outermost first; `faint`: evidence of a domain that is hardly likely, which
only what links to it shows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is said of `[start, end)` of a text: `layer` is one of `LAYERS`, `id` what links to it name, `label` what
    people read of it; `colour` and `number` are those of a domain."""

    start: int
    end: int
    layer: str
    id: str
    label: str
    colour: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the marks over it; `opens`: the ids of those that begin with it."""

    text: str
    marks: tuple[Mark, ...]
    opens: frozenset[str]

    @property
    def label(self) -> str:
        """What all its marks say, but for the faint ones."""
        return "؛ ".join(dict.fromkeys(mark.label for mark in self.marks if mark.layer != "faint"))


def pieces(text: str, marks: Sequence[Mark]) -> list[Piece]:
    """The whole text in order; marks outside of it or empty are left out."""
    held = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)), key=lambda mark: LAYERS.index(mark.layer)
    )
    cuts = sorted({0, len(text), *(mark.start for mark in held), *(mark.end for mark in held)})
    found, place = [], 0
    by_start = sorted(held, key=lambda mark: mark.start)
    open_now: list[Mark] = []
    for start, end in pairwise(cuts):
        open_now = [mark for mark in open_now if mark.end > start]
        begun: list[Mark] = []
        while place < len(by_start) and by_start[place].start == start:
            begun.append(by_start[place])
            place += 1
        open_now = sorted([*open_now, *begun], key=lambda mark: (LAYERS.index(mark.layer), mark.start, -mark.end))
        found.append(Piece(text[start:end], tuple(open_now), frozenset(mark.id for mark in begun)))
    return found


def marks_of(report: Mapping[str, Any], numbers: Mapping[str, tuple[int, int]]) -> Mapping[str, list[Mark]]:
    """What an analysis and a summary say of a report (JSON shape), by its fields. numbers: of each domain whose evidence is to
    be seen, its number on the page and its colour."""
    found: dict[str, list[Mark]] = {"title": [], "text": []}
    if report["analysis"] is not None:
        for field, mark in _all(report, report["analysis"], numbers):
            found[field].append(mark)
    return found


def _all(
    report: Mapping[str, Any], analysis: Mapping[str, Any], numbers: Mapping[str, tuple[int, int]]
) -> Iterator[tuple[str, Mark]]:
    for domain in analysis["domains"]:
        number, colour = numbers.get(domain["code"], (None, None))
        said = f"{domain['fa']}، {filters.percent(domain['probability'])}"
        for place, span in enumerate(domain["evidence"]):
            name, layer = f"evidence-{domain['code']}-{place}", "faint" if number is None else "evidence"
            yield span["field"], Mark(span["start"], span["end"], layer, name, said, colour, number)
    summary = report["summary"]
    for place, span in enumerate(summary["sentences"] if summary else ()):
        yield span["field"], Mark(span["start"], span["end"], "sentence", f"sentence-{place}", "جمله‌ای از خلاصه")
    for place, fact in enumerate(analysis["facts"]):
        yield fact["field"], Mark(fact["start"], fact["end"], "fact", f"fact-{place}", figure(fact))
    for place, plan in enumerate(analysis["plans"]):
        said = f"{words.PLANS[plan['status']]}: {figure(plan)}"
        yield plan["field"], Mark(plan["start"], plan["end"], "plan", f"plan-{place}", said)


def figure(fact: Mapping[str, Any]) -> str:
    """A countable thing as people say it."""
    qualifier = words.QUALIFIERS[fact["qualifier"]] + " " if fact["qualifier"] else ""
    upper = f" تا {filters.amount(fact['value_max'])}" if fact["value_max"] is not None else ""
    return f"{words.KINDS[fact['kind']]}: {qualifier}{filters.amount(fact['value'])}{upper} {fact['unit']}"
