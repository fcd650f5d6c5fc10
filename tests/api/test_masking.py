"""Analysts see no telephone and no national id; reviewers do, and so does an NGO in its own reports."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

PHONE = "۰۹۱۲۳۴۵۶۷۸۹"
TEXT = f"انجمن ما برای زندانیان قم کارگاه حرفه‌آموزی برگزار کرد. برای کار با مددکار به شمارهٔ {PHONE} زنگ بزنید و ۱۲ نفر آمدند."


def test_every_answer_is_masked_for_who_need_not_see(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    keys = client.app.state.application.stores.keys  # type: ignore[attr-defined]  # a Starlette application

    def bearer(*scopes: str, ngo: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.create('k', frozenset(scopes), ngo)[1]}"}

    admin = bearer("admin")
    for report_id in ("a", "b"):
        body = {"id": report_id, "text": TEXT, "title": f"تلفن {PHONE}", "ngo": "انجمن", "period": "1402"}
        made = client.post("/v1/reports", json=body, headers=admin)
    ngo = made.json()["ngo"]["id"]
    analyst, reviewer, own = bearer("read", "export"), bearer("read", "review"), bearer("read", "submit", ngo=ngo)
    for path in (
        "/v1/reports",
        "/v1/reports/a",
        "/v1/reports/a/similar",
        "/v1/reports/a/duplicates",
        "/v1/search?q=شمارهٔ مددکار زندانیان",
        "/v1/search/summary?q=شمارهٔ مددکار زندانیان",
        f"/v1/ngos/{ngo}/summary",
        f"/v1/ngos/{ngo}/ledger",
    ):
        masked = client.get(path, headers=analyst)
        assert masked.status_code == 200, path
        assert PHONE not in masked.text, path
        for sees in (admin, reviewer, own):
            assert PHONE in client.get(path, headers=sees).text, path
    found = client.get("/v1/reports/a", headers=analyst).json()
    assert len(found["text"]) == len(TEXT)
    for span in found["analysis"]["summary"]["sentences"]:
        assert found[span["field"]][span["start"] : span["end"]] == span["text"]
