"""The queue over HTTP: what waits and why, and one reviewer a report."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

TEXT = "انجمن ما برای آزادی زندانیان جرایم غیرعمد در قم ۳۰۰ میلیون تومان گرد آورد و ۱۲ نفر به خانه بازگشتند."


def test_a_reviewer_takes_decides_and_gets_the_next(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    keys = client.app.state.application.stores.keys  # type: ignore[attr-defined]  # a Starlette application
    one, two = ({"Authorization": f"Bearer {keys.create(n, frozenset({'read', 'submit', 'review'}))[1]}"} for n in "ab")
    for report_id, text in (("short", "کارگاه برگزار شد."), ("other", "جلسه آموزش برگزار شد."), ("long", TEXT)):
        assert client.post("/v1/reports", json={"id": report_id, "text": text}, headers=one).status_code == 201
    found = client.get("/v1/queue", headers=one).json()["items"]
    assert {each["report"]["id"] for each in found} >= {"short", "other"}
    assert set(found[0]) == {"report", "reasons", "uncertainty", "since", "claim"}
    first = client.get("/v1/queue/next", headers=one).json()["report"]["id"]
    claim = client.post(f"/v1/queue/{first}/claim", headers=one).json()
    refused = client.post(f"/v1/queue/{first}/claim", headers=two)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:samanyar:problem:claimed")
    assert refused.json()["claim"] == claim
    body, match = {"decision": "accept"}, {"If-Match": '"1"'}
    assert client.post(f"/v1/reports/{first}/reviews", json=body, headers=two | match).status_code == 409
    assert client.delete(f"/v1/queue/{first}/claim", headers=two).status_code == 409
    assert client.get("/v1/queue/next", headers=two).json()["report"]["id"] != first
    assert client.post(f"/v1/reports/{first}/reviews", json=body, headers=one | match).status_code == 201
    second = client.get("/v1/queue/next", headers=one).json()["report"]["id"]
    assert second != first
    assert client.delete(f"/v1/queue/{second}/claim", headers=one).status_code == 204
    assert client.post("/v1/queue/none/claim", headers=one).status_code == 404


def test_an_empty_queue_has_no_next_and_filters_are_those_of_lists(client: TestClient) -> None:
    assert client.get("/v1/queue/next").status_code == 204
    client.post("/v1/reports", json={"id": "a", "text": "کارگاه برگزار شد.", "province": "قم"})
    assert [each["report"]["id"] for each in client.get("/v1/queue", params={"province": "قم"}).json()["items"]] == ["a"]
    assert client.get("/v1/queue", params={"province": "یزد"}).json() == {"items": [], "next": None}
    assert client.get("/v1/queue", params={"provnce": "یزد"}).status_code == 422
    assert client.get("/v1/queue", params={"cursor": "x"}).status_code == 422


def test_an_ngo_does_not_review_itself(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    stores = client.app.state.application.stores  # type: ignore[attr-defined]  # a Starlette application
    admin = {"Authorization": f"Bearer {stores.keys.create('root', frozenset({'admin'}))[1]}"}
    ngo = client.post("/v1/reports", json={"id": "own", "text": TEXT, "ngo": "الف"}, headers=admin).json()["ngo"]["id"]
    bound = {"Authorization": f"Bearer {stores.keys.create('s', frozenset({'read', 'review'}), ngo)[1]}"}
    assert client.get("/v1/queue", headers=bound).status_code == 403
    body = {"decision": "accept"}
    assert client.post("/v1/reports/own/reviews", json=body, headers=bound | {"If-Match": '"1"'}).status_code == 403
