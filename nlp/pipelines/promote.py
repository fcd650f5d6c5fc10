"""Change the model in use: encode what is stored for the new one first, so that search never stands on half an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from nlp.errors import VersionConflict
from nlp.pipelines.analyze import Analyzed, Analyzer
from nlp.ports import ReportStore
from nlp.types import Filters, Report, Submission

BATCH = 32


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A stored report whose assigned domains the new model sees otherwise. Codes, most probable first."""

    report_id: str
    title: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]


def reread(store: ReportStore, analyzer: Analyzer) -> Iterator[tuple[Report, Analyzed]]:
    """Every stored report, oldest first, with what this analyzer makes of it; nothing is written."""
    reports = store.iterate(Filters())
    while batch := list(islice(reports, BATCH)):
        submissions = [Submission(report.text, title=report.title) for report in batch]
        yield from zip(batch, analyzer.analyze(submissions), strict=True)


def label_change(report: Report, analyzed: Analyzed) -> LabelChange | None:
    """None where the set of labels stays."""
    before = report.analysis.assigned if report.analysis else ()
    after = analyzed.analysis.assigned
    return LabelChange(report.id, report.title, before, after) if set(before) != set(after) else None


def prepare(store: ReportStore, analyzer: Analyzer, progress: Callable[[int], None]) -> list[LabelChange]:
    """Add the new model's vectors beside those in use, report by report, and collect whose labels would change. What is stored
    meanwhile by others is encoded when it is met; a report that changes under our hands is read again by the next call."""
    changes: list[LabelChange] = []
    for number, (report, analyzed) in enumerate(reread(store, analyzer), 1):
        change = label_change(report, analyzed)
        if change:
            changes.append(change)
        _add(store, report, analyzed)
        progress(number)
    return changes


def _add(store: ReportStore, report: Report, analyzed: Analyzed) -> None:
    try:
        store.add_vectors(report.id, analyzed.vectors, report.version)
    except VersionConflict:
        latest = store.get(report.id)
        if (latest.text, latest.title) == (report.text, report.title):
            store.add_vectors(report.id, analyzed.vectors, latest.version)


def differences(report: Report, analyzed: Analyzed, tolerance: float = 0.005) -> Sequence[str]:
    """What a replay of a stored analysis answers otherwise: labels, spans, summary, or a probability by over `tolerance`."""
    old, new = report.analysis, analyzed.analysis
    if old is None:
        return ["no analysis is stored"]
    found = []
    if old.assigned != new.assigned:
        found.append(f"labels {old.assigned} are now {new.assigned}")
    was, now = ({each.code: each for each in analysis.domains} for analysis in (old, new))
    for code in was.keys() & now.keys():
        if abs(was[code].probability - now[code].probability) > tolerance:
            found.append(f"{code}: {was[code].probability} is now {now[code].probability}")
        if [(s.field, s.start, s.end) for s in was[code].evidence] != [(s.field, s.start, s.end) for s in now[code].evidence]:
            found.append(f"{code}: other evidence")
    if (old.summary and old.summary.text) != (new.summary and new.summary.text):
        found.append("another summary")
    return found
