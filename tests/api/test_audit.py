"""The audit log over HTTP: who saw and did what, for administrators alone."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from tests.api.test_reports import finished

TEXT = "انجمن ما برای زندانیان شهر قم کارگاه حرفه‌آموزی برگزار کرد."


def test_reading_and_changing_are_told_with_who_did_it(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    keys = client.app.state.application.stores.keys  # type: ignore[attr-defined]  # a Starlette application
    (admin_key, admin), (key, secret) = (keys.create("k", frozenset(s)) for s in ({"admin"}, {"read", "submit", "review"}))
    bearer, root = {"Authorization": f"Bearer {secret}"}, {"Authorization": f"Bearer {admin}"}
    ngo = client.post("/v1/reports", json={"id": "a", "text": TEXT, "ngo": "انجمن"}, headers=bearer).json()["ngo"]["id"]
    client.get("/v1/reports/a", headers=bearer)
    client.get("/v1/reports/none", headers=bearer)
    client.get(f"/v1/ngos/{ngo}", headers=bearer)
    client.post("/v1/reports/a/reviews", json={"decision": "accept"}, headers=bearer | {"If-Match": '"1"'})
    client.delete("/v1/reports/a", headers=root | {"If-Match": '"2"'})
    assert client.get("/v1/audit", headers=bearer).status_code == 403
    found = client.get("/v1/audit", params={"actor": f"key:{key.id}"}, headers=root).json()["items"]
    assert [(each["action"], each["object"]) for each in reversed(found)] == [
        ("report.create", "report:a"),
        ("report.read", "report:a"),
        ("ngo.read", f"ngo:{ngo}"),
        ("report.review", "report:a"),
    ]
    (gone,) = client.get("/v1/audit", params={"actor": f"key:{admin_key.id}"}, headers=root).json()["items"]
    assert gone["action"] == "report.delete"
    assert client.get("/v1/audit", params={"since": "2100-01-01T00:00:00Z"}, headers=root).json()["items"] == []
    assert client.get("/v1/audit", params={"since": "2100-01-01T00:00:00"}, headers=root).status_code == 422


def test_what_a_job_stores_is_told_as_its_owners(client: TestClient) -> None:
    rows = "متن\n" + "\n".join(f"{TEXT} ردیف {number}" for number in range(2))
    job = client.post("/v1/reports", files={"file": ("t.csv", rows.encode())}).json()
    assert finished(client, job["id"])["done"] == 2
    found = client.get("/v1/audit").json()["items"]
    assert [(each["actor"], each["action"]) for each in found] == [("ip:testclient", "report.create")] * 2
