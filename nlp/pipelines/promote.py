"""Change the model in use: encode what is stored for the new one first, so that search never stands on half an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from nlp.errors import NotFound, VersionConflict
from nlp.pipelines.analyze import LISTED_FROM, Analyzed, Analyzer
from nlp.ports import ReportStore
from nlp.types import Analysis, DomainScore, Filters, GroupScore, Report, ScoredSpan, Submission

BATCH = 32


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A stored report whose assigned domains the new model sees otherwise. Codes, most probable first."""

    report_id: str
    title: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]


def reread(
    store: ReportStore, analyzer: Analyzer, wanted: Callable[[Report], bool] = lambda _: True
) -> Iterator[tuple[Report, Analyzed]]:
    """Stored reports, oldest first, with what this analyzer makes of them; nothing is written."""
    reports = (report for report in store.iterate(Filters()) if wanted(report))
    while batch := list(islice(reports, BATCH)):
        yield from zip(batch, _analyzed(analyzer, batch), strict=True)


def label_change(report: Report, analyzed: Analyzed) -> LabelChange | None:
    """None where the set of labels stays."""
    before = report.analysis.assigned if report.analysis else ()
    after = analyzed.analysis.assigned
    return LabelChange(report.id, report.title, before, after) if set(before) != set(after) else None


def prepare(store: ReportStore, analyzer: Analyzer, progress: Callable[[int], None]) -> list[LabelChange]:
    """Read every report with the new model: add its vectors beside those in use, and collect whose labels would change. Ends
    when every report has its vectors, those too that came or changed meanwhile. `progress` is told how many were read."""
    changes: list[LabelChange] = []
    encoder = analyzer.encoder.spec.sha256
    for number, (report, analyzed) in enumerate(reread(store, analyzer), 1):
        change = label_change(report, analyzed)
        if change:
            changes.append(change)
        if store.report_vectors(report.id, encoder) is None:
            _add(store, report, analyzed)
        progress(number)
    fill(store, analyzer)
    return changes


def fill(store: ReportStore, analyzer: Analyzer, progress: Callable[[int], None] = lambda _: None) -> int:
    """Encode every report that has no vectors of this encoder, until none is left; returns how many were read."""
    done = 0
    while ids := store.without_vectors(analyzer.encoder.spec.sha256, BATCH):
        reports = [report for report in (_stored(store, each) for each in ids) if report is not None]
        for report, analyzed in zip(reports, _analyzed(analyzer, reports), strict=True):
            _add(store, report, analyzed)
        done += len(reports)
        progress(done)
    return done


def forget_others(store: ReportStore, keep: frozenset[str]) -> int:
    """Drop the vectors of every encoder but those in `keep`; returns how many vectors went."""
    return sum(store.drop_vectors(encoder) for encoder in store.encoders() - keep)


def _analyzed(analyzer: Analyzer, reports: Sequence[Report]) -> list[Analyzed]:
    return analyzer.analyze([Submission(report.text, title=report.title) for report in reports])


def _stored(store: ReportStore, report_id: str) -> Report | None:
    try:
        return store.get(report_id)
    except NotFound:
        return None


def _add(store: ReportStore, report: Report, analyzed: Analyzed) -> None:
    """Where the report changed under our hands or is gone, `fill` meets it again or not at all."""
    try:
        store.add_vectors(report.id, analyzed.vectors, report.version)
    except (NotFound, VersionConflict):
        return


def differences(report: Report, analyzed: Analyzed, tolerance: float = 0.005) -> Sequence[str]:
    """What a replay of a stored analysis answers otherwise: labels, spans, summary, or a probability by over `tolerance`."""
    old, new = report.analysis, analyzed.analysis
    if old is None:
        return ["no analysis is stored"]
    found = []
    if set(old.assigned) != set(new.assigned):
        found.append(f"labels {old.assigned} are now {new.assigned}")
    if _groups(old) != _groups(new):
        found.append(f"groups {sorted(_groups(old))} are now {sorted(_groups(new))}")
    was, now = _scored(old), _scored(new)
    for code in sorted(was.keys() | now.keys()):
        before, after = was.get(code), now.get(code)
        low, high = (each.probability if each else LISTED_FROM for each in (before, after))
        if abs(low - high) > tolerance:
            found.append(f"{code}: {low} is now {high}")
        if before and after and _evidence(before) != _evidence(after):
            found.append(f"{code}: other evidence")
    if _summary(old) != _summary(new):
        found.append("another summary")
    return found


def _groups(analysis: Analysis) -> set[str]:
    return {group.code for group in analysis.groups if group.assigned}


def _scored(analysis: Analysis) -> dict[str, DomainScore | GroupScore]:
    found: dict[str, DomainScore | GroupScore] = {group.code: group for group in analysis.groups}
    return found | {domain.code: domain for domain in analysis.domains}


def _evidence(scored: DomainScore | GroupScore) -> list[tuple[str, int, int]]:
    return _spans(scored.evidence) if isinstance(scored, DomainScore) else []


def _spans(spans: Sequence[ScoredSpan]) -> list[tuple[str, int, int]]:
    return [(span.field, span.start, span.end) for span in spans]


def _summary(analysis: Analysis) -> tuple[str, list[tuple[str, int, int]]] | None:
    return (analysis.summary.text, _spans(analysis.summary.sentences)) if analysis.summary else None
