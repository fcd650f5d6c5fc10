"""A report that comes a second time is marked, shown beside the first, and left alone once a reviewer set the pair apart."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

TEXT = (
    "در پاییز ۱۴۰۲ برای ۱۲۰ خانوادهٔ زندانی در کرمان بستهٔ خوراک فراهم شد.\n"
    "کارگاه خیاطی با ۱۴ چرخ در محلهٔ پامنار به راه افتاد و ۳۲ زن در آن مزد می‌گیرند.\n"
    "وکیل‌های داوطلب هر دوشنبه در دفتر انجمن به پرسش‌های حقوقی مردم پاسخ می‌دهند.\n"
    "فرزندان این خانواده‌ها در کلاس‌های تقویتی تابستان شرکت کردند و ۱۸ نفر به مدرسه بازگشتند."
)
OTHER = (
    "سیصد هکتار از جنگل بلوط با کمک همیاران روستا آتش‌بر شد و چهار هزار نهال بنه در دامنه‌ها نشست.\n"
    "گشت‌های شبانه از تیر تا مهر شش آتش‌سوزی را پیش از رسیدن به درخت‌ها خاموش کرد."
)


def post(client: TestClient, report_id: str, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/reports", json={"id": report_id, "text": text, **fields})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def items(client: TestClient, report_id: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/v1/reports/{report_id}/duplicates", params=query).json()["items"]
    return found


def test_a_copy_with_other_figures_date_and_place_is_marked_with_all_three(client: TestClient) -> None:
    first = post(client, "first", period={"from": "1402/07", "to": "1402/12"}, province="کرمان", ngo="کانون یاران")
    assert "possible_duplicate" not in first["analysis"]["review_reasons"]
    copy = TEXT.replace("۱۲۰", "۲۱۰").replace("کرمان", "یزد").replace("۱۴۰۲", "۱۴۰۳")
    second = post(
        client, "second", copy, period={"from": "1403/07", "to": "1403/12"}, province="یزد", ngo="کانون یاران فردا"
    )  # fmt: skip
    assert "possible_duplicate" in second["analysis"]["review_reasons"]
    assert second["analysis"]["needs_review"]
    (found,) = items(client, "second")
    assert found["report"]["id"] == "first"
    assert found["kind"] == "near"
    assert set(found["flags"]) == {"other_date", "other_place", "other_ngo", "numbers_changed"}
    assert ["210", "120"] in found["changed"]
    pair = found["passages"][0]
    assert copy[pair["left"]["start"] : pair["left"]["end"]] == pair["left"]["text"]
    assert TEXT[pair["right"]["start"] : pair["right"]["end"]] == pair["right"]["text"]
    assert [each["report"]["id"] for each in items(client, "first")] == ["second"]


def test_the_same_text_is_an_exact_duplicate_and_other_work_is_none(client: TestClient) -> None:
    post(client, "first")
    assert "possible_duplicate" in post(client, "again")["analysis"]["review_reasons"]
    assert items(client, "again")[0]["kind"] == "exact"
    assert "possible_duplicate" not in post(client, "forest", OTHER)["analysis"]["review_reasons"]
    assert items(client, "forest") == []


def test_what_a_reviewer_set_apart_stays_apart(client: TestClient) -> None:
    post(client, "first")
    post(client, "again")
    answer = client.post("/v1/reports/again/duplicates/first", json={"duplicate": False})
    assert answer.json()["items"] == []
    assert "possible_duplicate" not in client.get("/v1/reports/again").json()["analysis"]["review_reasons"]
    assert items(client, "again") == items(client, "first") == []
    assert [each["judged"] for each in items(client, "first", dismissed=True)] == [False]
    report = client.get("/v1/reports/again")
    client.patch("/v1/reports/again", json={"title": "عنوان دیگر"}, headers={"If-Match": report.headers["etag"]})
    assert "possible_duplicate" not in client.get("/v1/reports/again").json()["analysis"]["review_reasons"]
    client.post("/v1/reports/first/duplicates/again", json={"duplicate": True})
    assert [each["judged"] for each in items(client, "again")] == [True]


def test_pairs_that_are_none(client: TestClient) -> None:
    post(client, "first")
    assert client.post("/v1/reports/first/duplicates/first", json={"duplicate": False}).status_code == 422
    assert client.post("/v1/reports/first/duplicates/none", json={"duplicate": False}).status_code == 404
    assert client.post("/v1/reports/first/duplicates/none", json={}).status_code == 422
    assert client.get("/v1/reports/none/duplicates").status_code == 404


def test_a_submitter_sees_duplicates_of_its_own_ngo_alone(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    application = client.app.state.application  # type: ignore[attr-defined]
    keys = application.stores.keys
    _, admin = keys.create("a", frozenset({"admin"}))
    client.headers["Authorization"] = f"Bearer {admin}"
    own = post(client, "own", ngo="الف")["ngo"]["id"]
    post(client, "other", ngo="ب")
    _, secret = keys.create("s", frozenset({"read", "submit"}), own)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/v1/reports/own/duplicates", headers=headers).json()["items"] == []
    assert client.get("/v1/reports/other/duplicates", headers=headers).status_code == 404
    assert client.post("/v1/reports/own/duplicates/other", json={"duplicate": False}, headers=headers).status_code == 403
    assert len(items(client, "own")) == 1
    assert "possible_duplicate" in post(client, "third", ngo={"id": own})["analysis"]["review_reasons"]
    for report_id, seen in (("own", False), ("third", True)):
        report = client.get(f"/v1/reports/{report_id}", headers=headers).json()
        assert ("possible_duplicate" in report["analysis"]["review_reasons"]) is seen
    client.delete("/v1/reports/own", headers={"If-Match": client.get("/v1/reports/own").headers["etag"]})
    for report in client.get("/v1/reports", headers=headers).json()["items"]:
        assert "possible_duplicate" not in report["analysis"]["review_reasons"]
    assert "possible_duplicate" in client.get("/v1/reports/third").json()["analysis"]["review_reasons"]
    made = client.post("/v1/reports", json={"id": "mine", "text": TEXT.replace("۱۸", "۱۹")}, headers=headers).json()
    assert "possible_duplicate" in made["analysis"]["review_reasons"], "its own third report is like it"


def holds(folder: Path, word: str) -> list[str]:
    """Files that hold the word, as it is or inside a compressed stream."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if word.encode() in content or word.encode("utf-16-le") in content or word in path.name:
            found.append(str(path))
        for start in range(len(content) - 2):
            if content[start : start + 2] in {b"\x78\x9c", b"\x78\xda", b"\x1f\x8b"}:
                try:
                    plain = zlib.decompressobj(47).decompress(content[start:])
                except zlib.error:
                    continue
                if word.encode() in plain:
                    found.append(f"{path} (compressed)")
    return found


@pytest.mark.parametrize("how", ["json", "file", "job"])
def test_deleted_means_gone_from_every_file(client: TestClient, tmp_path: Path, how: str) -> None:
    post(client, "stays")
    marker = "zqmarker" + how
    if how == "json":
        for _ in range(2):
            fields = {"title": f"عنوان {marker}", "city": marker, "ngo": marker, "extra": {"note": marker}}
            client.post(
                "/v1/reports",
                json={"id": "gone", "text": f"{OTHER} {marker}", **fields},
                headers={"Idempotency-Key": "k-1"},
            )
        client.patch("/v1/reports/gone", json={"text": f"{OTHER} {marker} دوم"}, headers={"If-Match": '"1"'})
        ids = ["gone"]
    elif how == "file":
        file = (f"{marker}.txt", f"{OTHER} {marker}".encode(), "text/plain")
        answer = client.post("/v1/reports", files={"file": file}, data={"city": marker})
        ids = [answer.json()["id"]]
    else:
        rows = "".join(f'{{"text": "{OTHER.replace(chr(10), " ")} {marker} {n}", "note": "{marker}"}}\n' for n in range(3))
        file = (f"{marker}.jsonl", (rows + "{خراب\n").encode(), "application/jsonl")
        job = client.post("/v1/reports", files={"file": file}, data={"city": marker}).json()
        ids = finished(client, job["id"])
    assert holds(tmp_path / "home", marker), "the marker must have been there"
    for report_id in ids:
        etag = client.get(f"/v1/reports/{report_id}").headers["etag"]
        assert client.delete(f"/v1/reports/{report_id}", headers={"If-Match": etag}).status_code == 204
    assert holds(tmp_path / "home", marker) == []
    assert client.get("/v1/search", params={"q": marker}).json()["items"][0]["report"]["id"] == "stays"


def finished(client: TestClient, job_id: str) -> list[str]:
    """Ids of the reports of a job, once it is done."""
    deadline = monotonic() + 60
    while client.get(f"/v1/jobs/{job_id}").json()["state"] != "done":
        assert monotonic() < deadline
        sleep(0.1)
    return [report["id"] for report in client.get("/v1/reports", params={"job": job_id}).json()["items"]]
