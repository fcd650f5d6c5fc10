"""Score files in batch, so that a run killed at any moment goes on with no row lost or doubled.

Every finished row is one line of a journal beside OUT; OUT itself is written from the journal at the end. Lines carry the file,
sheet and row they stand for, so a resumed run skips what is done. A line that was cut by the kill is dropped and done again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from nlp.errors import InvalidInput, JournalMismatch
from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.fields import FieldParser, parse_row
from nlp.pipelines.ingest import as_report
from nlp.ports import Executor
from nlp.types import DEFAULT_SUMMARY, Ngo, Part, Reject, Report, Row, Source, Submission, SummaryOptions
from nlp.wire import report_from_json, to_json

BATCH = 16
FLUSH_EVERY = 8


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What a run did: rows scored and rejected, those of an earlier run that was resumed included."""

    scored: int
    rejected: int
    resumed: int


@dataclass(frozen=True, slots=True)
class Journal:
    """The lines of a run: a header that says what made them, then one result a row, in input order."""

    path: Path

    def start(self, header: Mapping[str, Any], *, resume: bool) -> set[str]:
        """Keys of the rows that are done. :raises JournalMismatch: the journal was made by another model, parts or input."""
        if not (resume and self.path.exists()):
            self.path.write_text(json.dumps(header, ensure_ascii=False) + "\n", encoding="utf-8")
            return set()
        kept = self._drop_cut_line()
        lines = iter(self._lines())
        before = next(lines, None)
        if before is None or not kept:
            return self.start(header, resume=False)
        changed = [key for key in header if before.get(key) != header[key]]
        if changed:
            raise JournalMismatch(
                "ادامهٔ این کار ممکن نیست، چون مدل، بخش‌ها یا تنظیم‌ها از آن زمان عوض شده‌اند؛ بدون --resume از نو آغاز کنید.",
                f"changed since the journal was begun: {', '.join(changed)}",
            )
        return {line["key"] for line in lines}

    def _drop_cut_line(self) -> bool:
        """Cut off what stands after the last line end. False when nothing is left."""
        with self.path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            at = size
            while at > 0:
                step = min(4096, at)
                file.seek(at - step)
                place = file.read(step).rfind(b"\n")
                if place >= 0:
                    at = at - step + place + 1
                    break
                at -= step
            file.truncate(at)
            return at > 0

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def reports(self) -> Iterator[Report]:
        """The scored reports, in input order."""
        return (report_from_json(line["report"]) for line in self._lines() if "report" in line)

    def rejects(self) -> Iterator[Reject]:
        """The rejected rows, in input order."""
        for line in self._lines():
            if "reject" in line:
                yield Reject(**{**line["reject"], "source": Source(**line["reject"]["source"])})


def row_key(source: Source, position: int) -> str:
    """What names a row across runs: its file, sheet, row, and its place in the file."""
    return hashlib.sha256(json.dumps([source.file, source.sheet, source.row, position]).encode()).hexdigest()[:24]


def score(
    rows: Iterable[Row | Reject],
    journal: Journal,
    header: Mapping[str, Any],
    executor: Executor,
    recipe: Callable[[], Analyzer],
    parser: FieldParser,
    parts: frozenset[Part],
    options: SummaryOptions = DEFAULT_SUMMARY,
    *,
    resume: bool,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> ScoreResult:
    """Analyse every row that is not done; each finished batch is on disk before the next is counted.

    :raises JournalMismatch: see `Journal.start`."""
    done = journal.start(header, resume=resume)
    counts = (
        {"report": sum(1 for _ in journal.reports()), "reject": sum(1 for _ in journal.rejects())}
        if done
        else {"report": 0, "reject": 0}
    )
    todo = _batches(_new(rows, done), parser)
    with (
        journal.path.open("a", encoding="utf-8") as file,
        executor.map(recipe, _Work(parts, options), todo, in_flight=4) as results,
    ):
        for batch in results:
            for line in batch:
                counts["report" if "report" in line else "reject"] += 1
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            _sync(file)
            progress(counts["report"], counts["reject"])
    return ScoreResult(counts["report"], counts["reject"], len(done))


def _sync(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _new(rows: Iterable[Row | Reject], done: set[str]) -> Iterator[tuple[str, Row | Reject]]:
    positions: dict[tuple[str | None, str | None], int] = {}
    for row in rows:
        place = (row.source.file, row.source.sheet)
        positions[place] = positions.get(place, 0) + 1
        key = row_key(row.source, positions[place])
        if key not in done:
            yield key, row


Keyed = tuple[str, Submission | Reject]


def _batches(rows: Iterable[tuple[str, Row | Reject]], parser: FieldParser) -> Iterator[list[Keyed]]:
    batch: list[Keyed] = []
    for key, row in rows:
        batch.append((key, row if isinstance(row, Reject) else parse_row(parser, row)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker does with a batch; picklable."""

    parts: frozenset[Part]
    options: SummaryOptions

    def __call__(self, analyzer: Analyzer, batch: Sequence[Keyed]) -> list[dict[str, Any]]:
        submissions = [item for _, item in batch if isinstance(item, Submission)]
        results = iter(analyzer.analyze(submissions, self.parts, self.options))
        lines: list[dict[str, Any]] = []
        for key, item in batch:
            if isinstance(item, Reject):
                lines.append({"key": key, "reject": asdict(item)})
                continue
            report = as_report(item, next(results), datetime.now(UTC))
            lines.append({"key": key, "report": {**to_json(report), "ngo": to_json(_unresolved(item))}})
        return lines


def _unresolved(submission: Submission) -> Ngo | None:
    """The NGO as written: batch scoring stores nothing, so it has no id of ours unless the row gave one."""
    ref = submission.ngo
    return Ngo(ref.id or "", ref.name or "", ref.registration_number) if ref else None


def check_resumable(journal: Journal, *, resume: bool) -> None:
    """:raises InvalidInput: there is nothing to resume."""
    if resume and not journal.path.exists():
        raise InvalidInput("کار نیمه‌تمامی برای ادامه پیدا نشد.", detail=f"no journal {journal.path.name}")
