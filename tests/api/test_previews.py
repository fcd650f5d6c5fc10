"""What another model would change, over HTTP: a job whose answer is masked, kept for a while, and gone with a report."""

from __future__ import annotations

import json
import shutil
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from nlp.bootstrap import App
from nlp.settings import SHIPPED_MODEL
from nlp.shipped import DATA, MODELS
from service.api.jobs import JobRunner
from service.api.previews import read_preview
from tests.api.test_people import PASSWORD, login
from tests.api.test_security import assert_problem
from training.sentence_folder import write_manifest

PHONE = "09123456789"


def add_model(home: Path, name: str = "plain") -> None:
    """A model that has prototypes alone, and so reads many reports otherwise."""
    folder = home / "models" / name
    shutil.copytree(MODELS / SHIPPED_MODEL, folder)
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    for part in ("files", "heads"):
        manifest.pop(part)
    write_manifest(folder, {**manifest, "name": name, "note": name})


def fill(application: App, count: int = 12) -> None:
    """Reports of `data/`, and one with a telephone number in its title."""
    lines = [json.loads(line) for line in (DATA / "reports" / "train.jsonl").read_text(encoding="utf-8").splitlines()[:count]]
    rows = [{"id": each["id"], "title": f"{each['title']} {PHONE}", "text": "\n".join(each["sentences"])} for each in lines]
    application.ingest.submit_many([application.ingest.parse(row) for row in rows])


def app_of(client: TestClient) -> App:
    application: App = client.app.state.application  # type: ignore[attr-defined]  # a Starlette application
    return application


def wait(client: TestClient, job: str) -> dict[str, Any]:
    """Until the job has ended; as the API tells it."""
    jobs = app_of(client).stores.jobs
    for _ in range(600):
        if jobs.get(job).state not in ("queued", "running"):
            break
        time.sleep(0.1)
    found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
    return found


def test_a_preview_reads_every_report_and_changes_none(client: TestClient, tmp_path: Path) -> None:
    add_model(tmp_path / "home")
    fill(app_of(client))
    before = {each["id"]: each for each in client.get("/v1/reports", params={"limit": 100}).json()["items"]}
    answer = client.post("/v1/models/plain/preview")
    assert (answer.status_code, answer.json()["kind"], answer.headers["location"]) == (
        202,
        "preview",
        f"/v1/jobs/{answer.json()['id']}",
    )
    assert_problem(client.post("/v1/models/plain/preview"), 409, "busy")
    ended = wait(client, answer.json()["id"])
    assert (ended["state"], ended["done"], ended["total"], ended["errors"]) == ("done", 12, 12, [])
    found = client.get(ended["result_url"]).json()
    assert (found["model"], found["reports"]) == ("plain", 12)
    assert 0 < len(found["changes"]) <= 12
    assert PHONE in found["changes"][0]["title"]
    for change in found["changes"]:
        assert set(change["before"]) != set(change["after"])
        assert set(change["before"]) == set(before[change["report_id"]]["domains"])
    gained = Counter(code for each in found["changes"] for code in set(each["after"]) - set(each["before"]))
    assert {each["domain"]: each["gained"] for each in found["domains"] if each["gained"]} == gained
    assert {each["id"]: each for each in client.get("/v1/reports", params={"limit": 100}).json()["items"]} == before
    assert client.delete(f"/v1/reports/{found['changes'][0]['report_id']}", headers={"If-Match": '"1"'}).status_code == 204
    assert_problem(client.get(ended["result_url"]), 404, "not_found")


def test_a_model_that_cannot_be_used_is_not_read_with(client: TestClient, tmp_path: Path) -> None:
    add_model(tmp_path / "home", "broken")
    (tmp_path / "home" / "models" / "broken" / "prototypes.safetensors").write_bytes(b"x")
    folder = tmp_path / "home" / "models" / "raw"
    folder.mkdir()
    manifest = tomllib.loads((MODELS / SHIPPED_MODEL / "manifest.toml").read_text(encoding="utf-8"))
    manifest.pop("files")
    write_manifest(folder, {name: value for name, value in manifest.items() if name not in ("heads", "prototypes")})
    listed = {each["name"]: each["problem"] for each in client.get("/v1/models").json()["items"]}
    assert listed[SHIPPED_MODEL] is None
    assert "شناسنامه" in listed["broken"]
    assert "کالیبره نشده" in listed["raw"]
    for name in ("broken", "raw", SHIPPED_MODEL):
        assert_problem(client.post(f"/v1/models/{name}/preview"), 422, "invalid_input")
    assert_problem(client.post("/v1/models/none/preview"), 404, "not_found")


def test_only_administrators_begin_and_analysts_read_it_masked(make_client: Callable[..., TestClient], tmp_path: Path) -> None:
    client = make_client(auth=True)
    add_model(tmp_path / "home")
    fill(app_of(client), 6)
    for role in ("reviewer", "analyst", "admin"):
        app_of(client).stores.people.add(role, role, PASSWORD)
    started = client.post("/v1/models/plain/preview", headers=login(client, "admin")).json()
    url = wait(client, started["id"])["result_url"]
    seen = {}
    for role in ("admin", "reviewer", "analyst"):
        csrf = login(client, role)
        seen[role] = client.get(url).json()
        if role != "admin":
            assert_problem(client.post("/v1/models/plain/preview", headers=csrf), 403, "forbidden")
    assert seen["reviewer"] == seen["admin"]
    assert all(PHONE in change["title"] for change in seen["admin"]["changes"])
    assert all(PHONE not in change["title"] for change in seen["analyst"]["changes"])
    assert [change["after"] for change in seen["analyst"]["changes"]] == [
        change["after"] for change in seen["admin"]["changes"]
    ]


def test_a_preview_outlives_the_process_that_began_it_and_tells_why_it_failed(application: App) -> None:
    home = application.settings.home
    add_model(home)
    fill(application, 4)
    jobs = application.stores.jobs
    killed = jobs.create("preview", {"model": "plain", "format": "json"}, "user:admin")
    lost = jobs.create("preview", {"model": "gone", "format": "json"}, "user:admin")
    assert jobs.claim("dead", -1) is not None
    runner = JobRunner(application, poll_seconds=0.01)
    runner.start()
    try:
        for _ in range(600):
            if jobs.get(killed.id).state == "done" and jobs.get(lost.id).state == "failed":
                break
            time.sleep(0.1)
    finally:
        runner.stop()
    found = read_preview(application, jobs.get(killed.id))
    assert found is not None
    assert found["reports"] == 4
    assert jobs.get(lost.id).errors[0]["code"] == "not_found"
    assert read_preview(application, jobs.get(lost.id)) is None


def test_a_cancelled_preview_leaves_nothing(application: App) -> None:
    add_model(application.settings.home)
    fill(application, 4)
    jobs = application.stores.jobs
    job = jobs.create("preview", {"model": "plain", "format": "json"}, "user:admin")
    runner = JobRunner(application)
    claimed = jobs.claim("w", 30)
    assert claimed is not None
    jobs.cancel(job.id)
    runner.run(claimed)
    assert jobs.get(job.id).state == "cancelled"
    assert not (application.settings.home / "exports").exists()


@pytest.mark.parametrize("kind", ["preview", "export"])
def test_an_answer_that_is_gone_is_not_found(client: TestClient, kind: str) -> None:
    jobs = app_of(client).stores.jobs
    job = jobs.create(kind, {"model": "plain", "format": "json", "masked": False}, None)
    jobs.cancel(job.id)
    assert_problem(client.get(f"/v1/jobs/{job.id}/result"), 404, "not_found")
