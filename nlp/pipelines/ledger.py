"""The claims ledger of an NGO: read from the analyses of its stored reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.facts.periods import overall
from nlp.pipelines.kept import Kept
from nlp.ports import ReportStore
from nlp.review.compare import Passage, passages
from nlp.review.ledger import Entry, Flag, Total, flags, totals
from nlp.review.sketch import MASK
from nlp.text.jalali import jalali_year
from nlp.types import Analysis, Fact, Filters, Ngo, Period, Report

KEPT_REPORTS = 4000
"""Of so many reports the figures stay in memory; reading them anew takes two milliseconds a report."""
LEAST_DAYS = 27
"""A sentence that names less than a month tells when something was, not what a figure covers."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every figure of an NGO's reports by period, oldest first; those that repeat or contradict each other; totals by year."""

    ngo: Ngo
    entries: tuple[Entry, ...]
    flags: tuple[Flag, ...]
    totals: tuple[Total, ...]


class Ledgers:
    """The use case behind `samanyar ngos ledger` and `/v1/ngos/{id}/ledger`."""

    def __init__(self, store: ReportStore) -> None:
        self._store = store
        self._entries: Kept[str, tuple[Entry, ...]] = Kept(KEPT_REPORTS)

    def of(self, ngo_id: str) -> Ledger:
        """:raises NotFound:"""
        ngo = self._store.ngo(ngo_id)
        return self.read(ngo, list(self._store.iterate(Filters(ngo=ngo.id))))

    def read(self, ngo: Ngo, reports: Sequence[Report]) -> Ledger:
        """Of reports that were read already, oldest first; what a reviewer rejected counts for nothing."""
        entries = [entry for report in reports if report.status != "rejected" for entry in self._of_report(report)]
        entries.sort(key=lambda entry: (str(entry.period.start) if entry.period else "", entry.report, entry.fact.start))
        starts = {entry.period.start for entry in entries if entry.period and entry.period.start}
        years = {day: jalali_year(day) for day in starts}
        return Ledger(ngo, tuple(entries), tuple(flags(entries)), tuple(totals(entries, years)))

    def _of_report(self, report: Report) -> tuple[Entry, ...]:
        if report.analysis is None:
            return ()
        stamp = report.version, report.analysis.provenance.at, hash(report.text)  # a deleted report's id may come again
        kept = self._entries.get(report.id, stamp)
        return self._entries.put(report.id, stamp, tuple(entries_of(report, report.analysis))) if kept is None else kept


def entries_of(report: Report, analysis: Analysis) -> Iterator[Entry]:
    """The figures of one report, plans among them, each with its sentence and the period it counts for."""
    sentences = passages(report.text)
    whole = report.period or overall([each.period for each in analysis.periods])
    facts: Sequence[Fact] = (*analysis.facts, *analysis.plans)
    for fact in facts:
        sentence = next((each for each in sentences if each.span.start <= fact.start < each.span.end), None)
        if sentence is not None:
            words = frozenset(lemma for lemma in sentence.lemmas if lemma != MASK)
            named = _named(sentence, analysis)
            yield Entry(report.id, named or whole, named is not None, fact, sentence.span, words)


def _named(sentence: Passage, analysis: Analysis) -> Period | None:
    """The one period that the sentence names, if it is a month or more."""
    named = [each.period for each in analysis.periods if sentence.span.start <= each.start < sentence.span.end]
    if len(named) != 1 or not named[0].start or not named[0].end:
        return None
    return named[0] if (named[0].end - named[0].start).days >= LEAST_DAYS else None
