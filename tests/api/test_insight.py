"""NGOs side by side, and the quality page's figures, over HTTP."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.api.test_export import TEXT, fill


def test_ngos_stand_side_by_side(client: TestClient) -> None:
    one = fill(client)
    body = {
        "text": "کارگاه پیشگیری از اعتیاد برای ۲۰۰ دانش‌آموز برگزار شد و مواد مخدر شناخته شد.",
        "ngo": "کانون",
        "period": "1402",
    }
    other = client.post("/v1/reports", json=body | {"province": "یزد"}).json()["ngo"]["id"]
    found = client.get("/v1/ngos/compare", params={"id": [other, one]}).json()
    assert [(side["ngo"]["id"], side["reports"]) for side in found["ngos"]] == [(other, 1), (one, 3)]
    assert found["ngos"][1]["provinces"] == {"IR-25": 2, "IR-21": 1}
    assert found["years"] == [1401, 1402, 1403]
    assert set(found["domains"]) == {code for side in found["ngos"] for code in side["domains"]}
    shown = found["ngos"][0]["evidence"]["addiction"]
    report = client.get(f"/v1/reports/{shown['report']}").json()
    assert report[shown["field"]][shown["start"] : shown["end"]] == shown["text"]
    for ids, status in (([one], 422), ([one, one], 422), ([one, "none"], 404), ([one] * 7, 422)):
        assert client.get("/v1/ngos/compare", params={"id": ids}).status_code == status


def test_quality_counts_decisions_and_those_since_the_promotion(client: TestClient, tmp_path: Path) -> None:
    assert client.get("/v1/quality").json()["agreement"] == []
    client.post("/v1/reports", json={"id": "a", "text": TEXT.format(1)})
    assigned = client.get("/v1/reports/a").json()["domains"]
    client.post("/v1/reports/a/reviews", json={"decision": "accept"}, headers={"If-Match": '"1"'})
    found = client.get("/v1/quality").json()
    assert [(each["domain"], each["both"]) for each in found["agreement"]] == [(code, 1) for code in sorted(assigned)]
    assert sum(each["agreed"] for each in found["calibration"]) == len(assigned)
    lessons = [{"domain": code, "accepted": 1, "added": 0, "removed": 0} for code in sorted(assigned)]
    assert found["learning"] == {"since": None, "decisions": 1, "reports": 1, "domains": lessons}
    table = client.get("/v1/quality", params={"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert table[0] == "month,domain,domain_name,machine,reviewer,both"
    assert [line.split(",")[1] for line in table[1:]] == sorted(assigned)
    promoted = tmp_path / "home" / "models" / "promoted.json"
    promoted.parent.mkdir(parents=True)
    promoted.write_text('{"promoted": ["samanyar-1"]}', encoding="utf-8")
    later = client.get("/v1/quality").json()["learning"]
    assert (later["since"] is not None, later["decisions"]) == (True, 0)
