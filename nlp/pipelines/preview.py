"""What another model would change: every stored report read with it, and nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.promote import BATCH, LabelChange, label_change, reread
from nlp.ports import ReportStore


@dataclass(frozen=True, slots=True)
class Shift:
    """How many reports would gain a domain, and how many would lose it."""

    domain: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How many reports were read, those whose domains would be others, and these by domain, the most changed first."""

    reports: int
    changes: tuple[LabelChange, ...]
    domains: tuple[Shift, ...]


def preview(store: ReportStore, analyzer: Analyzer, progress: Callable[[int], None]) -> Preview:
    """Read the store with this analyzer. `progress` is told how many reports were read, and may raise to stop."""
    changes, number = [], 0
    for number, (report, analyzed) in enumerate(reread(store, analyzer), 1):
        change = label_change(report, analyzed)
        if change is not None:
            changes.append(change)
        if number % BATCH == 0:
            progress(number)
    return counted(number, changes)


def counted(reports: int, changes: Iterable[LabelChange]) -> Preview:
    """These changes by domain."""
    kept = tuple(changes)
    gained = Counter(code for change in kept for code in set(change.after) - set(change.before))
    lost = Counter(code for change in kept for code in set(change.before) - set(change.after))
    codes = sorted(gained.keys() | lost.keys(), key=lambda code: (-gained[code] - lost[code], code))
    return Preview(reports, kept, tuple(Shift(code, gained[code], lost[code]) for code in codes))


def without(found: Preview, gone: Sequence[str]) -> Preview:
    """The same without reports that were deleted meanwhile."""
    left = [change for change in found.changes if change.report_id not in set(gone)]
    return counted(found.reports - len(found.changes) + len(left), left)
