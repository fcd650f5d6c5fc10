"""Reviewers decide over HTTP: on the version that they saw, and everything shows what they left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from nlp.types import Filters
from tests.api.test_duplicates import holds
from training.decisions import read_decisions

TEXT = "انجمن ما برای آزادی زندانیان جرایم غیرعمد در قم ۳۰۰ میلیون تومان گرد آورد و ۱۲ نفر به خانه بازگشتند."


def create(client: TestClient, report_id: str = "r-1", **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/reports", json={"id": report_id, "text": TEXT, "ngo": "انجمن مهر", "province": "قم", **fields})
    assert response.status_code == 201, response.text
    return dict(response.json())


def decide(client: TestClient, body: dict[str, Any], version: int = 1, report_id: str = "r-1") -> Any:
    return client.post(f"/v1/reports/{report_id}/reviews", json=body, headers={"If-Match": f'"{version}"'})


def test_a_corrected_domain_shows_everywhere(client: TestClient) -> None:
    report = create(client)
    answer = decide(client, {"decision": "correct", "domains": ["livelihood"], "note": "دربارهٔ معیشت است"})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    changed = answer.json()
    assert (changed["status"], changed["domains"]) == ("corrected", ["livelihood"])
    assert changed["review"] == changed["review"] | {"decision": "correct", "domains": ["livelihood"], "by": "ip:testclient"}
    assert changed["analysis"] == report["analysis"]
    assert [each["id"] for each in client.get("/v1/reports", params={"domain": "livelihood"}).json()["items"]] == ["r-1"]
    assert client.get("/v1/reports", params={"domain": report["domains"][0]}).json()["items"] == []
    (hit,) = client.get("/v1/search", params={"q": "زندانی"}).json()["items"]
    assert (hit["report"]["domains"], hit["report"]["status"]) == (["livelihood"], "corrected")
    cells = client.get("/v1/coverage").json()["cells"]
    assert [cell["domain"] for cell in cells if cell["reports"]] == ["livelihood"]
    assert client.get(f"/v1/ngos/{report['ngo']['id']}").json()["profile"]["domains"] == {"livelihood": 1}
    store = client.app.state.application.stores.reports  # type: ignore[attr-defined]  # a Starlette application
    texts = [text for out in (True, False) for text in read_decisions(store.iterate(Filters()), 1.0, held_out=out)]
    assert [set(text.domains) for text in texts] == [{"livelihood"}]


def test_a_decision_needs_the_version_that_was_seen(client: TestClient) -> None:
    create(client)
    assert client.post("/v1/reports/r-1/reviews", json={"decision": "accept"}).status_code == 428
    assert decide(client, {"decision": "accept"}, version=3).status_code == 412
    assert decide(client, {"decision": "accept"}).status_code == 201
    lost = decide(client, {"decision": "reject", "note": "دیر رسید"})
    assert (lost.status_code, lost.json()["type"]) == (412, "urn:samanyar:problem:version_conflict")
    assert [each["decision"] for each in client.get("/v1/reports/r-1/reviews").json()["items"]] == ["accept"]


def test_what_a_decision_lacks_is_named(client: TestClient) -> None:
    create(client)
    for body, pointer in (
        ({"decision": "correct"}, "/domains"),
        ({"decision": "correct", "domains": ["none"]}, "/domains/0"),
        ({"decision": "reject"}, "/note"),
        ({"decision": "maybe"}, "/decision"),
        ({"decision": "accept", "wrong": 1}, "/wrong"),
        ({"decision": "correct", "summary": {"text": "x", "sentences": [{"start": 0, "end": 3, "text": "؟؟؟"}]}},
         "/summary/sentences/0"),
    ):  # fmt: skip
        answer = decide(client, body)
        assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])
    assert client.post("/v1/reports/none/reviews", json={"decision": "accept"}, headers={"If-Match": '"1"'}).status_code == 404


def test_an_edited_summary_keeps_its_links_and_is_exported(client: TestClient) -> None:
    create(client)
    sentence = {"field": "text", "start": 0, "end": 9, "text": TEXT[:9]}
    answer = decide(
        client, {"decision": "correct", "summary": {"text": "انجمن ۱۲ زندانی را آزاد کرد.", "sentences": [sentence]}}
    )
    summary = answer.json()["review"]["summary"]
    assert (summary["method"], summary["sentences"]) == ("edited", [{**sentence, "score": 1.0}])
    store = client.app.state.application.stores.reports  # type: ignore[attr-defined]  # a Starlette application
    assert store.get("r-1").summary.text == "انجمن ۱۲ زندانی را آزاد کرد."


def test_the_history_tells_who_changed_what_and_new_text_waits_again(client: TestClient) -> None:
    create(client)
    decide(client, {"decision": "correct", "domains": []})
    answer = client.patch("/v1/reports/r-1", json={"text": TEXT + " پایان."}, headers={"If-Match": '"2"'}).json()
    assert (answer["status"], answer["review"]) == ("pending", None)
    found = client.get("/v1/reports/r-1/history").json()["items"]
    assert [(step["version"], step["by"], step["status"], step["decision"]) for step in found] == [
        (1, "ip:testclient", "pending", None),
        (2, "ip:testclient", "corrected", "correct"),
        (3, "ip:testclient", "pending", None),
    ]
    assert {"text", "analysis", "status"} <= set(found[2]["changed"])
    assert client.get("/v1/reports/none/history").status_code == 404


def test_what_reviewers_wrote_is_gone_with_the_report(client: TestClient, tmp_path: Path) -> None:
    create(client)
    client.post("/v1/queue/r-1/claim")
    marker = "zqmarkernote"
    decide(client, {"decision": "correct", "summary": {"text": f"خلاصه {marker}"}, "note": marker})
    decide(client, {"decision": "reject", "note": marker}, version=2)
    assert holds(tmp_path / "home", marker)
    assert client.delete("/v1/reports/r-1", headers={"If-Match": '"3"'}).status_code == 204
    assert holds(tmp_path / "home", marker) == []
    assert client.get("/v1/reports/r-1/reviews").status_code == 404
