"""What an NGO says it achieved, period by period: the same figure told twice, figures that contradict each other, and totals.

A figure counts for the period that its own sentence names, else for that of its report. Plans are kept apart throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice
from typing import Literal

from nlp.text.lexicon import is_unknown, rarity
from nlp.types import Fact, FactKind, Period, Plan, Span

LEAST_REPEATED = 20
ROUND_DIGITS = 1
"""A figure with no more digits before its zeros (30, 500) is no sign by itself that it was copied."""
ALIKE_ROUND, ALIKE_SAME, ALIKE_NAMED = 0.4, 0.3, 0.05
"""What share of the rarer words two sentences must have in common, their unit apart: for a round figure told twice; for other
figures of one period; and where both sentences name that period and the unit tells what is counted. Chosen on the 24 NGOs of
`data/ngos`, where five pairs of figures come into question and two are wrong."""
ALIKE_PART = 0.2
"""The same, where one period holds the other: a part larger than its whole, or a name (no word of the lexicon) in both."""
MOST_COMPARED, MOST_PAIRS, MOST_FLAGS = 300, 100_000, 100
"""Figures of one thing that are compared with each other, the newest; pairs of all things; and flags that are shown."""
_VAGUE = frozenset({"نفر", "مورد", "تن", "تومان", "ریال", "درصد", "بار", "عدد", "فقره"})
SAME_DAYS = 31
COVERED = 0.8
_ANYWHERE = frozenset({"share", "hours"})

Finding = Literal["repeated", "contradiction"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of one report: `sentence` is the passage that says it, `words` its lemmas without numbers and stop words;
    `named`: the sentence itself says for which period."""

    report: str
    period: Period | None
    named: bool
    fact: Fact
    sentence: Span
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Flag:
    """Two figures of one NGO that a person should look at."""

    finding: Finding
    left: Entry
    right: Entry


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of what was achieved of one thing in one Jalali year, and the reports that it is summed over; `planned` and
    `not_done` stand beside it and are never in it."""

    year: int
    kind: FactKind
    unit: str
    value: float
    planned: float
    not_done: float
    reports: tuple[str, ...]


def flags(entries: Sequence[Entry]) -> list[Flag]:
    """Achievements of different reports that repeat or contradict each other, at most `MOST_FLAGS`."""
    by_thing: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if not isinstance(entry.fact, Plan) and _days(entry.period):
            by_thing[entry.fact.kind, entry.fact.unit].append(entry)
    things = sorted(by_thing.values(), key=len)  # where there are too many pairs, it is the largest heap that is cut short
    pairs = islice((pair for same in things for pair in combinations(same[-MOST_COMPARED:], 2)), MOST_PAIRS)
    found = (Flag(finding, *pair) for pair in pairs if pair[0].report != pair[1].report and (finding := _finding(*pair)))
    return list(islice(found, MOST_FLAGS))


def _finding(left: Entry, right: Entry) -> Finding | None:
    unit = frozenset({left.fact.unit, *left.fact.unit.split()})
    one, other = left.words - unit, right.words - unit
    if left.fact.value == right.fact.value:
        apart = _shared_days(left.period, right.period) < SAME_DAYS
        if not apart or left.fact.value < LEAST_REPEATED:
            return None
        telling = left.fact.kind not in _ANYWHERE and _digits(left.fact.value) > ROUND_DIGITS
        return "repeated" if telling or likeness(one, other) >= ALIKE_ROUND else None
    if not _holds(left.period, right.period):
        return None
    alike = likeness(one, other)
    if _same_period(left.period, right.period):
        named = left.named and right.named and left.fact.unit not in _VAGUE
        return "contradiction" if alike >= (ALIKE_NAMED if named else ALIKE_SAME) else None
    part, whole = sorted((left, right), key=lambda entry: _length(entry.period))
    larger = part.fact.value > whole.fact.value
    return "contradiction" if alike >= ALIKE_PART and (larger or any(map(is_unknown, one & other))) else None


def _length(period: Period | None) -> int:
    days = _days(period)
    return (days[1] - days[0]).days if days else 0


def likeness(left: frozenset[str], right: frozenset[str]) -> float:
    """The rarity of the common words by that of the sentence that has less, 0 to 1."""
    common, *sizes = (sum(map(rarity, words)) for words in (left & right, left, right))
    return common / min(sizes) if min(sizes) > 0 else 0.0


def _digits(value: float) -> int:
    """Of a figure without the zeros at its end."""
    return len(f"{value:f}".rstrip("0").rstrip(".").rstrip("0").replace(".", ""))


def _days(period: Period | None) -> tuple[date, date] | None:
    return (period.start, period.end) if period and period.start and period.end else None


def _shared_days(left: Period | None, right: Period | None) -> int:
    one, other = _days(left), _days(right)
    return max(0, (min(one[1], other[1]) - max(one[0], other[0])).days + 1) if one and other else 0


def _same_period(left: Period | None, right: Period | None) -> bool:
    one, other = _days(left), _days(right)
    return bool(one and other and all(abs((a - b).days) <= SAME_DAYS for a, b in zip(one, other, strict=True)))


def _holds(left: Period | None, right: Period | None) -> bool:
    one, other = _days(left), _days(right)
    if not one or not other:
        return False
    return _shared_days(left, right) >= COVERED * min((one[1] - one[0]).days + 1, (other[1] - other[0]).days + 1)


def totals(entries: Sequence[Entry], year_of: Mapping[date, int]) -> list[Total]:
    """By year of the period's first day, kind and unit. A figure whose period lies within that of another one of the same thing
    is not added again, nor one that a copy of its sentence tells for the same period; a share is no sum and is left out.
    year_of: the Jalali year of each period's first day."""
    years: dict[int, list[Entry]] = defaultdict(list)
    dated = [(entry, days) for entry in entries if entry.fact.kind != "share" and (days := _days(entry.period))]
    for entry, days in _counted(dated):
        years[year_of[days[0]]].append(entry)
    return [total for year in sorted(years) for total in _of_year(year, years[year])]


def _counted(entries: Sequence[tuple[Entry, tuple[date, date]]]) -> Iterator[tuple[Entry, tuple[date, date]]]:
    """Each thing once, with its days: no part beside its whole, no copy."""
    spans: dict[tuple[str, str, str], set[tuple[date, date]]] = defaultdict(set)
    for entry, days in entries:
        spans[_thing(entry)].add(days)
    parts = {thing: _within(days) for thing, days in spans.items()}
    seen: set[tuple[object, ...]] = set()
    for entry, days in entries:
        copy = (*_thing(entry), days, entry.fact.value, entry.words)
        if days not in parts[_thing(entry)] and copy not in seen:
            yield entry, days
        seen.add(copy)


def _within(spans: Iterable[tuple[date, date]]) -> set[tuple[date, date]]:
    """Those that lie within another one."""
    found, last = set(), date.min
    for start, end in sorted(spans, key=lambda days: (days[0], -days[1].toordinal())):
        if end <= last:
            found.add((start, end))
        last = max(last, end)
    return found


def _thing(entry: Entry) -> tuple[str, str, str]:
    return entry.fact.kind, entry.fact.unit, _status(entry)


def _status(entry: Entry) -> str:
    return entry.fact.status if isinstance(entry.fact, Plan) else "achieved"


def _of_year(year: int, entries: Sequence[Entry]) -> Iterator[Total]:
    things: dict[tuple[FactKind, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        things[entry.fact.kind, entry.fact.unit].append(entry)
    for (kind, unit), same in sorted(things.items()):
        by_status = {"achieved": 0.0, "planned": 0.0, "not_done": 0.0}
        for entry in same:
            by_status[_status(entry)] += entry.fact.value
        reports = tuple(dict.fromkeys(entry.report for entry in same))
        yield Total(year, kind, unit, by_status["achieved"], by_status["planned"], by_status["not_done"], reports)
