"""What a JobStore promises: the oldest first, one worker a job, leases that run out, jobs that can be cancelled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import NotFound
from nlp.ports import JobStore


@pytest.fixture
def jobs(stores: Stores) -> JobStore:
    return stores.jobs


def test_a_job_comes_back_as_it_was_made(jobs: JobStore) -> None:
    job = jobs.create("import", {"file": "الف.xlsx", "rows": [1, 2]}, "key-1")
    assert (job.state, job.done, job.total, job.errors, job.result_url, job.owner) == ("queued", 0, None, (), None, "key-1")
    assert job.payload == {"file": "الف.xlsx", "rows": [1, 2]}
    assert jobs.get(job.id) == job


def test_the_oldest_queued_job_is_claimed_once(jobs: JobStore) -> None:
    made = [jobs.create("import", {}, None).id for _ in range(3)]
    claimed = [jobs.claim("w", 60) for _ in range(4)]
    assert [job and job.id for job in claimed] == [*made, None]
    assert {job.state for job in claimed if job} == {"running"}


def test_two_threads_never_claim_the_same_job(jobs: JobStore) -> None:
    made = {jobs.create("import", {}, None).id for _ in range(20)}
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda number: jobs.claim(f"w{number}", 60), range(30)))
    ids = [job.id for job in claimed if job]
    assert len(ids) == 20
    assert set(ids) == made


def test_progress_is_recorded_and_renews_the_lease(jobs: JobStore, clock: Any) -> None:
    job = jobs.create("import", {}, None)
    jobs.claim("w", 60)
    clock.forward(50)
    assert jobs.progress(job.id, "w", 3, 10, [{"row": 2, "code": "empty_text"}], 60)
    clock.forward(50)
    assert jobs.claim("other", 60) is None
    now = jobs.get(job.id)
    assert (now.done, now.total, now.errors) == (3, 10, ({"row": 2, "code": "empty_text"},))
    jobs.finish(job.id, "w", "done", "/v1/jobs/x/result")
    ended = jobs.get(job.id)
    assert (ended.state, ended.result_url, ended.done) == ("done", "/v1/jobs/x/result", 3)


def test_a_job_whose_lease_ran_out_goes_to_another_worker_with_its_progress(jobs: JobStore, clock: Any) -> None:
    job = jobs.create("import", {}, None)
    jobs.claim("dead", 60)
    jobs.progress(job.id, "dead", 4, 9, [{"row": 1}], 60)
    clock.forward(61)
    taken = jobs.claim("alive", 60)
    assert taken is not None
    assert (taken.id, taken.done, taken.errors) == (job.id, 4, ({"row": 1},))
    assert not jobs.progress(job.id, "dead", 5, 9, [], 60)
    jobs.finish(job.id, "dead", "failed", None)
    assert (jobs.get(job.id).state, jobs.get(job.id).done) == ("running", 4)


def test_a_cancelled_job_stops_its_worker_and_is_not_claimed(jobs: JobStore, clock: Any) -> None:
    running, queued = jobs.create("import", {}, None), jobs.create("import", {}, None)
    jobs.claim("w", 60)
    assert jobs.cancel(running.id).state == "cancelled"
    assert jobs.cancel(queued.id).state == "cancelled"
    assert not jobs.progress(running.id, "w", 1, 2, [], 60)
    jobs.finish(running.id, "w", "done", None)
    clock.forward(1000)
    assert jobs.claim("w", 60) is None
    assert jobs.get(running.id).state == "cancelled"


def test_an_ended_job_cannot_be_cancelled(jobs: JobStore) -> None:
    job = jobs.create("import", {}, None)
    jobs.claim("w", 60)
    jobs.finish(job.id, "w", "failed", None)
    assert jobs.cancel(job.id).state == "failed"


def test_an_unknown_job_is_not_found(jobs: JobStore) -> None:
    for ask in (jobs.get, jobs.cancel):
        with pytest.raises(NotFound):
            ask("x")
    assert not jobs.progress("x", "w", 0, None, [], 1)


def test_the_newest_of_a_kind_come_first(jobs: JobStore) -> None:
    made = [jobs.create(kind, {"model": kind}, None) for kind in ("preview", "import", "preview", "preview")]
    assert list(jobs.newest("preview", 2)) == [made[3], made[2]]
    assert jobs.newest("export", 5) == []
