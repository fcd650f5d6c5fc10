"""Stored reports: created once, changed with the right version only, deleted whole, found again."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from openpyxl import Workbook
from starlette.testclient import TestClient

TEXT = "انجمن ما برای آزادی زندانیان جرایم غیرعمد در قم ۳۰۰ میلیون تومان گرد آورد و ۱۲ نفر به خانه بازگشتند."
OTHER = "کارگاه پیشگیری از اعتیاد در مدرسه‌های شهر برگزار شد و ۲۰۰ دانش‌آموز با خطر مواد مخدر آشنا شدند."


def create(client: TestClient, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/reports", json={"text": TEXT, **fields})
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_a_report_is_stored_with_its_fields_recognized(client: TestClient) -> None:
    period = {"from": "۱۴۰۲/۰۱", "to": "1402/06"}
    report = create(client, id="r-1", ngo="انجمن مهر", province="استان قم", period=period, extra={"شماره": 7})
    assert report["id"] == "r-1"
    assert report["province"] == "IR-25"
    assert report["period"] == {"from": "2023-03-21", "to": "2023-09-22"}
    assert report["ngo"]["name"] == "انجمن مهر"
    assert report["extra"] == {"شماره": 7}
    assert report["status"] == "pending"
    again = client.get("/v1/reports/r-1")
    assert again.json() == report
    assert again.headers["etag"] == '"1"'
    assert client.get("/v1/reports/r-1", headers={"If-None-Match": '"1"'}).status_code == 304


def test_the_same_id_and_text_again_changes_nothing_and_other_text_makes_a_version(client: TestClient) -> None:
    create(client, id="r-1")
    assert client.post("/v1/reports", json={"id": "r-1", "text": TEXT}).status_code == 200
    assert client.post("/v1/reports", json={"id": "r-1", "text": OTHER}).json()["version"] == 2


def test_a_change_needs_the_version_it_changes(client: TestClient) -> None:
    create(client, id="r-1")
    assert client.patch("/v1/reports/r-1", json={"city": "قم"}).status_code == 428
    assert client.patch("/v1/reports/r-1", json={"city": "قم"}, headers={"If-Match": '"5"'}).status_code == 412
    assert client.patch("/v1/reports/r-1", json={"city": "قم"}, headers={"If-Match": "x"}).status_code == 422
    changed = client.patch("/v1/reports/r-1", json={"text": OTHER, "title": "پیشگیری از اعتیاد"}, headers={"If-Match": '"1"'})
    assert changed.headers["etag"] == '"2"'
    assert changed.json()["analysis"]["domains"][0]["code"] == "addiction"
    assert client.patch("/v1/reports/r-1", json={"city": "قم"}, headers={"If-Match": '"1"'}).status_code == 412


def test_a_deleted_report_is_gone_from_lists_and_search_at_once(client: TestClient) -> None:
    create(client, id="r-1")
    assert [hit["report"]["id"] for hit in client.get("/v1/search", params={"q": "زندانی"}).json()["items"]] == ["r-1"]
    assert client.delete("/v1/reports/r-1").status_code == 428
    assert client.delete("/v1/reports/r-1", headers={"If-Match": '"1"'}).status_code == 204
    assert client.get("/v1/reports/r-1").status_code == 404
    assert client.get("/v1/search", params={"q": "زندانی"}).json() == {"items": [], "next": None}
    assert client.get("/v1/reports").json() == {"items": [], "next": None}


def test_lists_are_filtered_and_paged(client: TestClient) -> None:
    for number in range(5):
        create(client, id=f"r-{number}", province="قم" if number % 2 else "یزد", text=f"{TEXT} شمارهٔ {number}")
    first = client.get("/v1/reports", params={"limit": 2}).json()
    rest = client.get("/v1/reports", params={"limit": 10, "cursor": first["next"]}).json()
    assert len({report["id"] for report in first["items"] + rest["items"]}) == 5
    assert rest["next"] is None
    assert len(client.get("/v1/reports", params={"province": "قم"}).json()["items"]) == 2
    assert client.get("/v1/reports", params={"province": "ناکجا"}).json()["errors"][0]["pointer"] == "/province"
    assert client.get("/v1/reports", params={"cursor": "!"}).status_code == 422


def test_search_and_neighbours_show_the_nearest_first(client: TestClient) -> None:
    create(client, id="prison")
    create(client, id="school", text=OTHER, province="یزد")
    hits = client.get("/v1/search", params={"q": "مبارزه با مواد مخدر در مدرسه"}).json()["items"]
    assert [hit["report"]["id"] for hit in hits] == ["school", "prison"]
    assert hits[0]["passage"]["text"] in OTHER
    assert hits[0]["similarity"] > hits[1]["similarity"]
    near = client.get("/v1/reports/prison/similar").json()["items"]
    assert [hit["report"]["id"] for hit in near] == ["school"]
    by_text = client.post("/v1/search", json={"text": OTHER, "k": 1, "province": "یزد"}).json()["items"]
    assert [hit["report"]["id"] for hit in by_text] == ["school"]
    assert client.post("/v1/search", json={"k": 3}).status_code == 422
    assert client.get("/v1/search", params={"q": "x" * 301}).status_code == 422


def test_an_idempotency_key_stands_for_one_request(client: TestClient) -> None:
    body, key = {"text": TEXT}, {"Idempotency-Key": "k-1"}
    first = client.post("/v1/reports", json=body, headers=key)
    again = client.post("/v1/reports", json=body, headers=key)
    assert (again.status_code, again.json(), again.headers["location"]) == (201, first.json(), first.headers["location"])
    assert len(client.get("/v1/reports").json()["items"]) == 1
    other = client.post("/v1/reports", json={"text": OTHER}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:samanyar:problem:idempotency_reuse")


def test_the_same_file_again_is_the_same_request_whatever_its_boundary(client: TestClient) -> None:
    for _ in range(2):
        file = {"file": ("گزارش.txt", TEXT.encode("utf-16"), "text/plain")}
        response = client.post("/v1/reports", files=file, headers={"Idempotency-Key": "k-2"})
        assert response.status_code == 201
    assert len(client.get("/v1/reports").json()["items"]) == 1


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(client: TestClient) -> None:
    picture = {"file": ("گزارش.docx", b"\x89PNG\r\n\x1a\n" + bytes(60))}
    problem = client.post("/v1/reports", files=picture, headers={"Accept-Language": "fa-IR"}).json()
    assert problem["type"] == "urn:samanyar:problem:wrong_type"
    assert "پسوند" in problem["detail"]
    empty = client.post("/v1/reports", files={"file": ("a.txt", b"")}).json()
    assert empty["type"] == "urn:samanyar:problem:empty_text"
    assert client.post("/v1/reports", files={"other": ("a.txt", b"x")}).status_code == 422


def sheet() -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["شناسه", "عنوان", "متن گزارش", "استان"],
        ["s-1", "یک", TEXT, "قم"],
        ["s-2", "دو", None, "قم"],
        ["s-3", "سه", OTHER, "یزد"],
    ):
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def finished(client: TestClient, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] not in ("queued", "running"):
            return dict(job)
        time.sleep(0.05)
    pytest.fail("the job did not end")


def test_a_table_becomes_a_job_that_stores_its_rows_and_names_the_bad_ones(client: TestClient) -> None:
    response = client.post("/v1/reports", files={"file": ("گزارش‌ها.xlsx", sheet())})
    assert response.status_code == 202
    job = finished(client, response.json()["id"])
    assert (job["state"], job["done"], job["total"]) == ("done", 3, 3)
    assert [(error["row"], error["code"]) for error in job["errors"]] == [(3, "empty_text")]
    stored = client.get(job["result_url"]).json()["items"]
    assert {report["id"] for report in stored} == {"s-1", "s-3"}
    assert client.get("/v1/jobs/none").status_code == 404


def test_a_job_whose_worker_died_is_done_by_the_next_without_doubling(client: TestClient) -> None:
    application = client.app.state.application  # type: ignore[attr-defined]  # a Starlette application
    rows = "متن\n" + "\n".join(f"{TEXT} ردیف {number}" for number in range(12))
    from service.api.incoming import Incoming
    from service.api.jobs import JobRunner, create_job
    from service.api.security import Caller

    job = create_job(application, Caller("ip:test", frozenset({"admin"})), Incoming({}, "t.csv", rows.encode(), "d"))
    finished(client, job.id)
    before = len(client.get("/v1/reports", params={"limit": 100}).json()["items"])
    folder = application.settings.home / "jobs" / job.payload["folder"]
    folder.mkdir()
    (folder / "upload.csv").write_text(rows, encoding="utf-8")
    JobRunner(application).run(job)
    assert before == 12
    assert len(client.get("/v1/reports", params={"limit": 100}).json()["items"]) == 12


def test_an_id_beside_a_table_is_refused_before_a_row_is_lost(client: TestClient) -> None:
    rows = "متن\n" + "\n".join(f"{TEXT} ردیف {number}" for number in range(4))
    response = client.post("/v1/reports", files={"file": ("t.csv", rows.encode())}, data={"id": "one"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/id"


def test_a_wrong_form_field_is_told_not_swallowed(client: TestClient) -> None:
    response = client.post("/v1/reports", files={"file": ("a.txt", TEXT.encode())}, data={"province": "ناکجا"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/province")
    assert client.get("/v1/reports").json()["items"] == []


def test_a_replayed_problem_is_a_problem_again(client: TestClient) -> None:
    for _ in range(2):
        picture = {"file": ("a.docx", b"\x89PNG\r\n\x1a\n" + bytes(60))}
        response = client.post("/v1/reports", files=picture, headers={"Idempotency-Key": "p"})
        assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
