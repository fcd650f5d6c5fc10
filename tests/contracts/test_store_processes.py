"""Several processes on one database, and processes that are killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlp.adapters.indexes import FaissConfig, open_index
from nlp.adapters.stores import SqlConfig, Stores, open_stores
from nlp.pipelines.index import LiveIndex
from nlp.types import Filters

SCRIPT = Path(__file__).with_name("store_process.py")
ROOT = Path(__file__).parents[2]
ENCODER = "e" * 64


@contextmanager
def process(url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(  # our own script
        [sys.executable, str(SCRIPT), url, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def ready(child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"


def test_four_processes_create_one_database_at_once(url: str) -> None:
    with process(url, "open") as one, process(url, "open") as two, process(url, "open") as three, process(url, "open") as four:
        for child in (one, two, three, four):
            ready(child)
            assert child.wait(20) == 0


def test_two_processes_that_create_the_same_ngos_end_with_one_of_each(stores: Stores, url: str) -> None:
    with process(url, "ngos") as one, process(url, "ngos") as two:
        ready(one)
        ready(two)
        for child in (one, two):
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
        answers = [child.communicate(timeout=20)[0].split() for child in (one, two)]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 30
    assert stores.reports.stats().ngos == 30


def test_a_follower_of_the_log_agrees_with_a_store_whose_writers_are_killed(stores: Stores, url: str) -> None:
    store, alive, after = stores.reports, set[int](), 0

    def follow() -> int:
        changes = store.changes(after, ENCODER)
        assert [change.seq for change in changes] == sorted({change.seq for change in changes})
        for change in changes:
            (alive.add if change.op == "add" else alive.discard)(change.vector_id)
        return changes[-1].seq if changes else after

    for seed in range(3):
        with process(url, "write", str(seed)) as one, process(url, "write", str(seed + 100)) as two:
            ready(one)
            ready(two)
            deadline = time.monotonic() + 0.4 + seed / 10
            while time.monotonic() < deadline:
                after = follow()
            one.kill()
            two.kill()
        after = follow()
        kinds = {kind: set(store.vector_ids(kind, Filters()).tolist()) for kind in ("report", "passage")}
        assert alive == kinds["report"] | kinds["passage"]
        reports = list(store.iterate(Filters()))
        assert len(kinds["report"]) == len(reports)
        assert len(alive) == sum(len(report.text) for report in reports)
        owners = list(store.owners(sorted(alive)).values())
        assert store.check_words() == (0, 0)
        assert {report.id: owners.count(report.id) for report in reports} == {report.id: len(report.text) for report in reports}
    assert after > 100


def test_what_was_answered_is_there_after_a_kill(url: str) -> None:
    with process(url, "answer") as child:
        ready(child)
        time.sleep(0.3)
        child.kill()
        answered = child.communicate(timeout=20)[0].split()
    again = open_stores(SqlConfig(url=url))
    assert again.reports.stats().reports - len(answered) in {0, 1}
    again.close()
    assert answered


def test_an_index_whose_process_is_killed_at_any_moment_loses_nothing(stores: Stores, url: str, tmp_path: Path) -> None:
    folder, answered = tmp_path / "index", list[str]()
    for seed in range(6):
        with process(url, "index", str(folder), str(seed)) as child:
            ready(child)
            time.sleep(0.15 + 0.07 * seed)
            child.kill()
            answered += child.communicate(timeout=20)[0].split()
        live = LiveIndex(stores.reports, lambda: open_index(FaissConfig(), 8), ENCODER, folder)
        live.open()
        assert [(check.missing, check.surplus, check.recall) for check in live.verify()] == [(0, 0, 1.0)] * 2
        assert stores.reports.check_words() == (0, 0)
        assert stores.reports.heads(answered).keys() == set(answered)
    assert answered
