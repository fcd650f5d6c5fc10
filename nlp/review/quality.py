"""How well the machine and the reviewers agree: counts over the decisions, from which any share can be had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from nlp.evaluation.metrics import wilson
from nlp.text.digits import to_ascii_digits
from nlp.text.jalali import format_jalali, tehran_day
from nlp.types import Review

BINS = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one domain in one Jalali month (`1403/05`): reports that the machine gave it, that reviewers did, and both."""

    month: str
    domain: str
    machine: int
    reviewer: int
    both: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Probabilities in `[low, high)`, the last bin with its end: how many, their mean, and how many reviewers agreed to."""

    low: float
    high: float
    count: int
    mean: float
    agreed: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Of the reports that were drawn by chance among those that the machine was sure about: how many, how many reviewers left
    as they were, how many domains it had assigned, how many of these stayed; `precision` with its 95% interval from `low` to
    `high`, None without any. A report that was rejected has lost them all."""

    reports: int
    unchanged: int
    assigned: int
    kept: int
    precision: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class BetweenReviewers:
    """Pairs of reviewers who decided on the same report, by the newest word of each: how many, how many said the same, and the
    mean of what they share of their domains (Jaccard); None without any."""

    pairs: int
    same: int
    shared: float | None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What new decisions say of one domain: how often reviewers left it where the machine put it, added it, took it away; the
    newest word on each report."""

    domain: str
    accepted: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Learning:
    """Decisions that no model in use has learned from yet: how many, on how many reports, and on which domains; `since`: None
    means ever."""

    since: datetime | None
    decisions: int
    reports: int
    domains: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How many decisions there are, on how many reports, and how many of these were rejected; `agreement` by month and domain,
    `calibration` of the machine's probabilities against the reviewers' labels."""

    decisions: int
    reports: int
    rejected: int
    agreement: tuple[Agreement, ...]
    calibration: tuple[Bin, ...]
    audit: Audit
    reviewers: BetweenReviewers
    learning: Learning


def quality(reviews: Iterable[Review], since: datetime | None) -> Quality:
    """reviews: oldest first; since: when the model in use came into use."""
    every = list(reviews)
    newest = list({review.report: review for review in every}.values())
    rejected = sum(review.domains is None for review in newest)
    return Quality(
        len(every),
        len(newest),
        rejected,
        _agreement(newest),
        _calibration(newest),
        _audit(every),
        _between(every),
        _learning(every, since),
    )


def _agreement(newest: Sequence[Review]) -> tuple[Agreement, ...]:
    machine, reviewer, both = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for review in newest:
        if review.domains is None:
            continue
        month = to_ascii_digits(format_jalali(tehran_day(review.at)))[:7]
        machine.update((month, code) for code in review.assigned)
        reviewer.update((month, code) for code in review.domains)
        both.update((month, code) for code in set(review.assigned) & set(review.domains))
    pairs = sorted(machine.keys() | reviewer.keys())
    return tuple(Agreement(*pair, machine[pair], reviewer[pair], both[pair]) for pair in pairs)


def _calibration(newest: Sequence[Review]) -> tuple[Bin, ...]:
    """Over every domain that the machine listed; a rejected report says nothing of domains."""
    seen: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for review in newest:
        for code, probability in review.probabilities.items() if review.domains is not None else ():
            seen[min(BINS - 1, int(probability * BINS))].append((probability, code in (review.domains or ())))
    found = []
    for number in range(BINS):
        points = seen[number]
        mean = sum(probability for probability, _ in points) / len(points) if points else 0.0
        agreed = sum(right for _, right in points)
        found.append(Bin(number / BINS, (number + 1) / BINS, len(points), round(mean, 4), agreed))
    return tuple(found)


def _audit(every: Sequence[Review]) -> Audit:
    drawn = list({review.report: review for review in every if review.audited}.values())
    kept = sum(len(set(review.assigned) & set(review.domains or ())) for review in drawn)
    assigned = sum(len(review.assigned) for review in drawn)
    unchanged = sum(review.domains is not None and set(review.assigned) == set(review.domains) for review in drawn)
    if not assigned:
        return Audit(len(drawn), unchanged, assigned, kept, None, None, None)
    found = wilson(kept, assigned)
    return Audit(len(drawn), unchanged, assigned, kept, *(round(each, 4) for each in (found.value, found.low, found.high)))


def _between(every: Sequence[Review]) -> BetweenReviewers:
    words: dict[str, dict[str, frozenset[str] | None]] = defaultdict(dict)
    for review in every:
        words[review.report][review.by] = None if review.domains is None else frozenset(review.domains)
    pairs = [pair for said in words.values() for pair in combinations(said.values(), 2)]
    same = sum(left == right for left, right in pairs)
    shared = round(sum(_jaccard(*pair) for pair in pairs) / len(pairs), 4) if pairs else None
    return BetweenReviewers(len(pairs), same, shared)


def _jaccard(left: frozenset[str] | None, right: frozenset[str] | None) -> float:
    if left is None or right is None or not left | right:
        return float(left == right)
    return len(left & right) / len(left | right)


def _learning(every: Sequence[Review], since: datetime | None) -> Learning:
    """What may be learned from: a rejected report trains nothing. every: oldest first."""
    new = [review for review in every if since is None or review.at > since]
    newest = [review for review in {review.report: review for review in new}.values() if review.domains is not None]
    accepted, added, removed = Counter[str](), Counter[str](), Counter[str]()
    for review in newest:
        said, was = set(review.domains or ()), set(review.assigned)
        accepted.update(said & was)
        added.update(said - was)
        removed.update(was - said)
    codes = sorted(accepted.keys() | added.keys() | removed.keys())
    lessons = tuple(Lesson(code, accepted[code], added[code], removed[code]) for code in codes)
    return Learning(since, sum(review.domains is not None for review in new), len(newest), lessons)
