"""Take reports in: recognize their fields, analyse, store. The index catches up from the store's change log by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ulid import ULID

from nlp.pipelines.analyze import Analyzed, Analyzer
from nlp.pipelines.duplicates import Duplicates
from nlp.pipelines.fields import FieldParser, parse_row
from nlp.ports import Put, ReportStore
from nlp.provinces import Provinces
from nlp.types import Limits, Reject, Report, Row, Source, Submission

KEPT_EXTRA = ("job",)
"""Keys of `extra` that say where a report came from; a change of the rest leaves them."""


class Ingest:
    """The use case behind `import` and `POST /v1/reports`."""

    def __init__(
        self,
        store: ReportStore,
        analyzer: Analyzer,
        provinces: Provinces,
        limits: Limits,
        duplicates: Duplicates,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._analyzer = analyzer
        self._provinces = provinces
        self._limits = limits
        self._duplicates = duplicates
        self._clock = clock

    def parse(self, fields: Mapping[str, Any], source: Source | None = None) -> Submission:
        """A submission from raw fields. :raises InvalidInput: with every wrong field in `errors`."""
        return FieldParser(self._provinces, self._limits).submission(fields, source)

    def submit(self, submission: Submission, only_ngo: str | None = None) -> Put:
        """Analyse and store one report. :raises NotFound: its id is that of a report of another NGO than `only_ngo`."""
        return self.submit_many([submission], only_ngo)[0]

    def submit_many(self, submissions: Sequence[Submission], only_ngo: str | None = None) -> list[Put]:
        """Analyse together, store one by one; a report that is stored with the same text already is not touched."""
        analyzed = self._analyzer.analyze(submissions)
        return [self._put(submission, result, only_ngo) for submission, result in zip(submissions, analyzed, strict=True)]

    def submit_row(self, row: Row) -> Put | Reject:
        """One row of a file; what is wrong with its text is a reject, a field that means nothing moves to `extra`."""
        parsed = parse_row(FieldParser(self._provinces, self._limits), row)
        return parsed if isinstance(parsed, Reject) else self.submit(parsed)

    def change(self, report_id: str, changes: Mapping[str, Any], expected_version: int) -> Report:
        """Change fields of a stored report; other text or title is analysed anew and waits for review again.

        :raises NotFound: :raises VersionConflict: :raises InvalidInput:"""
        report = self._store.get(report_id)
        merged = {"text": report.text, "title": report.title, "city": report.city, "extra": dict(report.extra), **changes}
        parsed = self.parse(merged)
        ngo = report.ngo
        if "ngo" in changes:
            ngo = self._store.resolve_ngo(parsed.ngo) if parsed.ngo else None
        changed = replace(
            report,
            text=parsed.text,
            title=parsed.title,
            city=parsed.city,
            extra={**parsed.extra, **{key: report.extra[key] for key in KEPT_EXTRA if key in report.extra}},
            ngo=ngo,
            province=parsed.province if "province" in changes else report.province,
            period=parsed.period if "period" in changes else report.period,
        )
        if (changed.text, changed.title) == (report.text, report.title):
            return self._store.replace(changed, None, expected_version)
        result = self._analyzer.analyze([replace(parsed, id=report_id)])[0]
        reread = self._marked(replace(changed, analysis=result.analysis, status="pending", review=None), result)
        return self._store.replace(reread, result.vectors, expected_version)

    def _put(self, submission: Submission, result: Analyzed, only_ngo: str | None) -> Put:
        ngo = self._store.resolve_ngo(submission.ngo) if submission.ngo else None
        report = replace(as_report(submission, result, self._clock()), ngo=ngo)
        if report.id in self._store.same_text(report.text):
            return self._store.put(report, result.vectors, only_ngo)
        return self._store.put(self._marked(report, result), result.vectors, only_ngo)

    def _marked(self, report: Report, result: Analyzed) -> Report:
        """With `possible_duplicate` where it has been sent before; a pair that a reviewer set apart gives no cause."""
        found = self._duplicates.among_stored(report, result.vectors)
        return self._duplicates.marked(report, found=any(each.judged is not False for each in found))


def as_report(submission: Submission, result: Analyzed | None, now: datetime) -> Report:
    """The report that a submission becomes, before a store has given its NGO an id."""
    return Report(
        id=submission.id or str(ULID()),
        ngo=None,
        title=submission.title,
        text=submission.text,
        province=submission.province,
        city=submission.city,
        period=submission.period,
        submitted_at=submission.submitted_at or now,
        source=submission.source,
        status="pending",
        analysis=result.analysis if result else None,
        review=None,
        extra=submission.extra,
        version=1,
    )
