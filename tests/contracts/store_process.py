"""A process of its own that uses a store, for the tests that need several: `python store_process.py URL COMMAND [ARGUMENT]`."""

from __future__ import annotations

import itertools
import random
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from nlp.adapters.indexes import FaissConfig, open_index
from nlp.adapters.stores import SqlConfig, open_stores
from nlp.errors import Claimed, NotFound
from nlp.pipelines.index import LiveIndex
from nlp.ports import QueueStore, ReportStore
from nlp.types import NgoRef, PassageVector, Report, ReportVectors, Span

ENCODER = "e" * 64


def vectors(rows: int) -> ReportVectors:
    unit = np.eye(8, dtype=np.float32)[np.arange(rows) % 8]
    return ReportVectors(ENCODER, unit[0], tuple(PassageVector(Span("text", 0, 1, "x"), vector) for vector in unit[1:]))


def report(report_id: str, length: int) -> Report:
    return Report(
        id=report_id,
        ngo=None,
        title=None,
        text="x" * length,
        province=None,
        city=None,
        period=None,
        submitted_at=datetime.now(UTC),
        source=None,
        status="pending",
        analysis=None,
        review=None,
        extra={},
        version=1,
    )


def write(store: ReportStore, seed: int) -> None:
    """Change a few reports for ever; a report whose text is N characters long has N vectors."""
    dice = random.Random(seed)  # noqa: S311  # a test's dice
    while True:
        report_id, length = f"r-{dice.randint(0, 9)}", dice.randint(1, 9)
        if dice.random() >= 0.2:
            store.put(report(report_id, length), vectors(length))
        elif store.heads([report_id]):
            with suppress(NotFound):
                store.delete(report_id)


def index(store: ReportStore, folder: str, seed: int) -> None:
    """Put, delete, search, save snapshots and rebuild for ever; each report that is put is said so."""
    live = LiveIndex(store, lambda: open_index(FaissConfig(), 8), ENCODER, Path(folder))
    live.open()
    dice = random.Random(seed)  # noqa: S311  # a test's dice
    for number in itertools.count(1):
        store.put(report(f"{seed}-{number}", 1 + number % 5), vectors(3))
        print(f"{seed}-{number}", flush=True)  # noqa: T201  # the test reads it
        live.search("passage", np.eye(8, dtype=np.float32)[:1], 5)
        choice = dice.random()
        if choice < 0.3:
            live.save()
        elif choice < 0.4:
            live.rebuild()
        elif choice < 0.45:
            store.rebuild_words()


def answer(store: ReportStore) -> None:
    """Put reports for ever, and say so after each."""
    for number in itertools.count(1):
        store.put(report(str(number), 1), vectors(1))
        print(number, flush=True)  # noqa: T201  # the test reads it


def claim(queue: QueueStore, by: str) -> None:
    """When told to, claim thirty reports in turn, and name those that were still free."""
    sys.stdin.readline()
    for number in range(30):
        with suppress(Claimed):
            queue.claim(f"c-{number}", by, 600)
            print(f"c-{number}")  # noqa: T201  # the test reads it


def main(url: str, command: str, argument: str = "", more: str = "0") -> None:
    stores = open_stores(SqlConfig(url=url))
    print("ready", flush=True)  # noqa: T201  # the test waits for it
    if command == "write":
        write(stores.reports, int(argument))
    elif command == "answer":
        answer(stores.reports)
    elif command == "index":
        index(stores.reports, argument, int(more))
    elif command == "ngos":
        sys.stdin.readline()
        print(*(stores.reports.resolve_ngo(NgoRef(f"سمن {number}")).id for number in range(30)))  # noqa: T201
    elif command == "claim":
        claim(stores.queue, argument)
    elif command == "audit":
        sys.stdin.readline()
        for number in range(40):
            stores.audit.record("report.read", f"report:{argument}-{number}")
    stores.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
