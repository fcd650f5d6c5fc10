"""Summaries over many reports and the claims ledger, over HTTP, on the NGOs of `data/ngos`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from nlp.bootstrap import open_app
from nlp.pipelines.analyze import Analyzer
from nlp.settings import load_settings
from nlp.shipped import DATA
from service.api.app import create_app
from tests.api.conftest import HOST

KEYS = ("n03", "n05", "n11", "n14", "n02")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """A client over five NGOs, and their ids by key."""
    home: Path = tmp_path_factory.mktemp("ngos")
    application = open_app(load_settings(home=home))
    vars(application)["analyzer"] = analyzer
    rows = [json.loads(line) for line in (DATA / "ngos" / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    ngos: dict[str, str] = {}
    for row in rows:
        if row["key"] in KEYS:
            ngo = {"name": row["ngo"], "registration_number": row["registration_number"]}
            fields = {name: row[name] for name in ("id", "title", "province", "period")}
            put = application.ingest.submit(
                application.ingest.parse({**fields, "ngo": ngo, "text": "\n".join(row["sentences"])})
            )
            assert put.report.ngo
            ngos[row["key"]] = put.report.ngo.id
    with TestClient(create_app(application), base_url=HOST) as client:
        yield client, ngos


def flags(found: dict[str, Any]) -> list[tuple[str, float, float]]:
    return [(flag["finding"], flag["left"]["fact"]["value"], flag["right"]["fact"]["value"]) for flag in found["flags"]]


@pytest.mark.parametrize(
    ("key", "finding", "values"),
    [
        ("n03", "repeated", (312, 312)),
        ("n14", "repeated", (175, 175)),
        ("n05", "contradiction", (46, 64)),
        ("n11", "contradiction", (2480, 1940)),
    ],
)
def test_figures_told_twice_or_contradicting_are_flagged_with_both_passages(
    filled: tuple[TestClient, dict[str, str]], key: str, finding: str, values: tuple[float, float]
) -> None:
    client, ngos = filled
    found = client.get(f"/v1/ngos/{ngos[key]}/ledger").json()
    assert flags(found) == [(finding, *values)]
    for side in ("left", "right"):
        entry = found["flags"][0][side]
        report = client.get(f"/v1/reports/{entry['report']}").json()
        sentence = entry["sentence"]
        assert report["text"][sentence["start"] : sentence["end"]] == sentence["text"]
        assert entry["fact"]["text"] in sentence["text"]


def test_an_honest_ngo_has_no_flag(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, ngos = filled
    assert flags(client.get(f"/v1/ngos/{ngos['n02']}/ledger").json()) == []


def test_entries_stand_by_period_and_totals_add_no_plan(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, ngos = filled
    found = client.get(f"/v1/ngos/{ngos['n05']}/ledger").json()
    starts = [entry["period"]["from"] for entry in found["entries"] if entry["period"]]
    assert all(one <= other for one, other in pairwise(starts))
    achieved = {(entry["report"], entry["fact"]["value"]) for entry in found["entries"] if "status" not in entry["fact"]}
    for total in found["totals"]:
        assert total["value"] <= sum(value for report, value in achieved if report in total["reports"])


def test_an_ngos_year_is_summarized_and_each_sentence_cites_its_report(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, ngos = filled
    found = client.get(f"/v1/ngos/{ngos['n11']}/summary", params={"year": 1401, "max_sentences": 4}).json()
    assert found["of"] == 2
    assert {each["report"] for each in found["sentences"]} == {"n11-1", "n11-2"}
    for each in found["sentences"]:
        text = client.get(f"/v1/reports/{each['report']}").json()["text"]
        assert text[each["start"] : each["end"]] == each["text"]
    assert "[۱]" in found["text"]
    assert [report["id"] for report in found["reports"]] == list(dict.fromkeys(each["report"] for each in found["sentences"]))


def test_a_year_without_reports_gives_an_empty_summary(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, ngos = filled
    found = client.get(f"/v1/ngos/{ngos['n11']}/summary", params={"year": 1390}).json()
    assert (found["text"], found["sentences"], found["of"]) == ("", [], 0)


def test_a_search_is_summarized(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = filled
    found = client.get("/v1/search/summary", params={"q": "آتش‌سوزی جنگل بلوط", "k": 5, "max_sentences": 3}).json()
    assert 0 < len(found["sentences"]) <= 3
    assert all(each["report"].startswith("n05") for each in found["sentences"])


def test_an_ngo_that_is_not_there_is_not_found(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = filled
    assert client.get("/v1/ngos/nobody/ledger").status_code == 404
    assert client.get("/v1/ngos/nobody/summary").status_code == 404
    assert client.get("/v1/search/summary", params={"q": "!!"}).status_code == 422


def test_lengths_out_of_bounds_are_refused(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = filled
    for name, value in (("max_sentences", 0), ("max_words", 5), ("max_sentences", 21)):
        assert client.post("/v1/summarize", json={"text": "متن گزارش", name: value}).status_code == 422


def test_one_text_is_summarized_as_it_is_asked_for(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = filled
    text = "۸۵ معتاد با متادون درمان شدند.\nبرای ۱۲۰ زوج در آستانه طلاق ۳۰ جلسه مشاوره برگزار شد.\n"
    items = [
        {"text": text, "max_sentences": 1, "focus": "addiction"},
        {"text": text, "max_sentences": 1, "focus": "family_divorce"},
        {"text": text, "focus": "nothing"},
        {"text": text, "method": "abstractive"},
    ]
    answers = client.post("/v1/summarize", json={"items": items}).json()["items"]
    assert "معتاد" in answers[0]["summary"]["text"]
    assert "طلاق" in answers[1]["summary"]["text"]
    assert [answers[2]["status"], answers[3]["status"]] == [422, 422]
    assert answers[0]["summary"]["fallback"] is None


def test_bodies_and_cursors_with_half_characters_are_refused(filled: tuple[TestClient, dict[str, str]]) -> None:
    client, _ = filled
    sent = client.post("/v1/analyze", content=b'{"text": "\xed\xa0\x80"}', headers={"Content-Type": "application/json"})
    assert sent.status_code == 400
    assert client.get("/v1/ngos", params={"cursor": "WyJcdWQ4MDAiLCAieCJd"}).status_code == 422
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert client.get("/v1/audit", params={"since": moment}).status_code == 422
