"""Lists as files, at once or as a job; NGOs by name; dossiers as JSON and as a document to print."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars
import pytest
from docx import Document
from openpyxl import load_workbook
from starlette.testclient import TestClient

from service.api import exports
from service.api.routes import export as route
from tests.api.test_reports import finished

TEXT = "انجمن ما برای زندانیان قم کارگاه حرفه‌آموزی برگزار کرد و ۱۲ نفر آمدند. تلفن ما ۰۹۱۲۳۴۵۶۷۸۹ است. نوبت {}."


def fill(client: TestClient, count: int = 3) -> str:
    for number in range(count):
        body = {"id": f"r-{number}", "text": TEXT.format(number), "title": f"گزارش {number}", "ngo": "انجمن یاری‌رسان"}
        more = {"province": "قم" if number else "یزد", "period": f"{1401 + number}"}
        made = client.post("/v1/reports", json=body | more)
    return str(made.json()["ngo"]["id"])


def test_a_list_is_a_file_of_every_kind(client: TestClient) -> None:
    fill(client)
    book = load_workbook(io.BytesIO(client.get("/v1/export").content))
    assert book.worksheets[0].sheet_view.rightToLeft
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["r-0", "r-1", "r-2"]
    lines = client.get("/v1/export", params={"format": "jsonl", "province": "یزد"}).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["r-0"]
    assert client.get("/v1/export", params={"format": "csv"}).text.count("\nr-") == 3
    table = polars.read_parquet(io.BytesIO(client.get("/v1/export", params={"format": "parquet"}).content))
    assert table["id"].to_list() == ["r-0", "r-1", "r-2"]
    answer = client.get("/v1/export", params={"format": "csv"})
    assert 'filename="reports.csv"' in answer.headers["content-disposition"]
    assert client.get("/v1/export", params={"format": "exe"}).status_code == 422
    entry = client.get("/v1/audit").json()["items"][0]
    assert (entry["action"], entry["detail"]) == (
        "export", {"format": "csv", "reports": 3, "filters": {}, "masked": False}
    )  # fmt: skip


def test_corrections_are_what_is_exported(client: TestClient) -> None:
    fill(client, 1)
    body = {"decision": "correct", "domains": ["livelihood"], "summary": {"text": "خلاصهٔ بازبین"}}
    client.post("/v1/reports/r-0/reviews", json=body, headers={"If-Match": '"1"'})
    (row,) = list(load_workbook(io.BytesIO(client.get("/v1/export").content)).worksheets[0].iter_rows(min_row=2))
    values = [cell.value for cell in row]
    assert "livelihood" in values
    assert "خلاصهٔ بازبین" in values
    assert client.app.state.application.taxonomy.by_code["livelihood"].fa in values  # type: ignore[attr-defined]


def test_a_long_list_is_a_job_and_its_file_goes_with_a_deleted_report(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(client)
    monkeypatch.setattr(route, "AT_ONCE", 2)
    monkeypatch.setattr(exports, "STEP", 1)
    answer = client.get("/v1/export", params={"format": "csv", "from": "1401"})
    assert answer.status_code == 202
    job = finished(client, answer.json()["id"])
    assert (job["state"], job["done"], job["total"]) == ("done", 3, 3)
    assert client.get(job["result_url"]).text.count("\nr-") == 3
    assert [path.suffix for path in (tmp_path / "home" / "exports").iterdir()] == [".csv"]
    client.delete("/v1/reports/r-0", headers={"If-Match": '"1"'})
    assert client.get(job["result_url"]).status_code == 404
    assert client.get("/v1/jobs/none/result").status_code == 404


def test_exports_need_their_scope_and_are_masked(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    keys = client.app.state.application.stores.keys  # type: ignore[attr-defined]  # a Starlette application
    bearers = {
        name: {"Authorization": f"Bearer {keys.create(name, frozenset(scopes))[1]}"}
        for name, scopes in (("admin", {"admin"}), ("analyst", {"read", "export"}), ("reviewer", {"read", "review"}))
    }
    client.headers.update(bearers["admin"])
    ngo = fill(client, 1)
    for path in ("/v1/export?format=csv", "/v1/export?format=jsonl"):
        assert client.get(path, headers=bearers["reviewer"]).status_code == 403
        assert "۰۹۱۲۳۴۵۶۷۸۹" not in client.get(path, headers=bearers["analyst"]).text
    assert "۰۹۱۲۳۴۵۶۷۸۹" in client.get("/v1/export?format=jsonl").text
    assert client.get(f"/v1/ngos/{ngo}/dossier?format=docx", headers=bearers["analyst"]).status_code == 200


def test_ngos_are_found_by_a_piece_of_their_name_however_it_is_spelled(client: TestClient) -> None:
    fill(client)
    for number in range(4):
        client.post("/v1/reports", json={"text": TEXT.format(f"دیگر {number}"), "ngo": f"کانون {number}"})

    def names(**query: Any) -> list[str]:
        return [each["name"] for each in client.get("/v1/ngos", params=query).json()["items"]]

    assert names(q="ياري رسان") == ["انجمن یاری‌رسان"]
    assert len(names(q="کانون")) == 4
    assert names(q="%") == names()
    first = client.get("/v1/ngos", params={"limit": 2}).json()
    assert first["items"][0]["reports"] == 3
    assert len(first["items"]) + len(names(cursor=first["next"], limit=10)) == 5
    assert client.get("/v1/ngos", params={"cursor": "x"}).status_code == 422


def test_a_dossier_shows_years_totals_and_who_is_alike(client: TestClient) -> None:
    ngo = fill(client)
    client.post("/v1/reports", json={"text": TEXT.format("دیگر"), "ngo": "کانون همسایه"})
    found = client.get(f"/v1/ngos/{ngo}/dossier").json()
    assert [(year["year"], len(year["reports"])) for year in found["years"]] == [(1403, 1), (1402, 1), (1401, 1)]
    assert found["counts"]["provinces"] == {"IR-25": 2, "IR-21": 1}
    assert {(total["year"], total["value"]) for total in found["totals"]} == {(1401, 12), (1402, 12), (1403, 12)}
    assert [each["ngo"]["name"] for each in found["similar"]] == ["کانون همسایه"]
    assert found["similar"][0]["reason"]
    answer = client.get(f"/v1/ngos/{ngo}/dossier", params={"format": "docx"})
    page = Document(io.BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    for piece in ("انجمن یاری‌رسان", "۱۴۰۳", "گزارش 2", "کانون همسایه", "قم (۲)"):
        assert piece in text
    assert [cell.text for cell in page.tables[0].rows[1].cells] == ["۱۴۰۱", "نفر", "۱۲", "۰", "۰"]
    markup = ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert markup.count("<w:bidi/>") >= len(page.paragraphs)
    assert "<w:bidiVisual/>" in markup
    assert client.get("/v1/ngos/nothing/dossier").status_code == 404
