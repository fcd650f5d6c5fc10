"""What is looked for is found by meaning, by words and by both, however it was typed; similar NGOs come with true reasons."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

REPORTS = {
    "prison": (
        "برای آزادی زندانیان جرایم غیرعمد در قم ۳۰۰ میلیون تومان گرد آمد و ۱۲ نفر به خانه بازگشتند.\n"
        "در بند نسوان هم کارگاه خیاطی به راه افتاد و مزد زنان به خانواده‌هایشان رسید.",
        "انجمن مهر",
        "قم",
    ),
    "prison2": (
        "با کمک خیرین بدهی نه زندانی مالی در یزد پرداخت شد و آنان پیش خانواده برگشتند.\n"
        "به آزادشدگان وام خرید ابزار دادیم و شش نفرشان کارگاه نجاری باز کردند.",
        "بنیاد میثاق",
        "یزد",
    ),
    "forest": (
        "سیصد هکتار از جنگل بلوط با کمک همیاران روستا آتش‌بر شد و چهار هزار نهال بنه در دامنه‌ها نشست.\n"
        "گشت‌های شبانه شش آتش‌سوزی را پیش از رسیدن به درخت‌ها خاموش کرد.",
        "جمعیت بلوط",
        "ایلام",
    ),
    "school": (
        "کارگاه پیشگیری از اعتیاد در مدرسه‌های شهر برگزار شد و ۲۰۰ دانش‌آموز با خطر مواد مخدر آشنا شدند.\n"
        "سازمان‌های مردم‌نهاد محله هم در جلسه‌های اولیا و مربیان شرکت کردند.",
        "کانون سپید",
        "قم",
    ),
}


@pytest.fixture
def filled(client: TestClient) -> TestClient:
    for report_id, (text, ngo, province) in REPORTS.items():
        fields = {"id": report_id, "text": text, "ngo": ngo, "province": province, "period": {"from": "1402", "to": "1402"}}
        assert client.post("/v1/reports", json=fields).status_code == 201
    return client


def search(client: TestClient, q: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/search", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("آتش سوزی جنگل", "forest"),
        ("آتشسوزي جنگلها", "forest"),
        ("مردمنهاد", "school"),
        ("دانش آموزان", "school"),
        ("بدهی مالی زندانیان چطور پرداخت شد؟", "prison2"),
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_words_are_found_however_they_are_typed(filled: TestClient, q: str, first: str, mode: str) -> None:
    assert search(filled, q, mode=mode)[0]["report"]["id"] == first


def test_each_mode_says_what_it_went_by(filled: TestClient) -> None:
    by_words = search(filled, "جنگل", mode="lexical")
    assert [hit["report"]["id"] for hit in by_words] == ["forest"]
    assert by_words[0]["bm25"] > 0
    assert -1 <= by_words[0]["similarity"] <= 1
    by_meaning = search(filled, "جنگل", mode="dense")
    assert len(by_meaning) == 4
    assert {hit["bm25"] for hit in by_meaning} == {None}
    both = search(filled, "جنگل")
    assert both[0]["report"]["id"] == "forest"
    assert len(both) == 4
    assert both[0]["bm25"] == by_words[0]["bm25"]
    assert both[1]["bm25"] is None
    assert [hit["rank"] for hit in both] == [1, 2, 3, 4]
    assert filled.get("/v1/search", params={"q": "جنگل", "mode": "magic"}).status_code == 422


def test_the_snippet_is_the_passage_that_answers(filled: TestClient) -> None:
    passage = search(filled, "کارگاه نجاری")[0]["passage"]
    assert "نجاری" in passage["text"]
    text = REPORTS["prison2"][0]
    assert text[passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_filters_come_before_the_ranking(filled: TestClient, mode: str) -> None:
    wanted = {"k": 1, "mode": mode, "province": "یزد"}
    assert [hit["report"]["id"] for hit in search(filled, "زندانیان آزادی", **wanted)] == ["prison2"]
    assert search(filled, "زندانیان", mode=mode, status="accepted") == []
    assert search(filled, "زندانیان", mode=mode, **{"from": "1403"}) == []


def test_a_whole_report_is_a_query_in_every_mode(filled: TestClient) -> None:
    text = REPORTS["prison"][0].replace("قم", "اراک")
    for mode in ("hybrid", "dense", "lexical"):
        found = filled.post("/v1/search", json={"text": text, "mode": mode, "k": 2}).json()["items"]
        assert found[0]["report"]["id"] == "prison"
    similar = filled.post("/v1/search", json={"report_id": "prison", "k": 1}).json()["items"]
    assert [hit["report"]["id"] for hit in similar] == ["prison2"]


def test_similar_ngos_come_with_reasons_that_hold_for_both(filled: TestClient) -> None:
    own = filled.get("/v1/reports/prison").json()
    found = filled.get(f"/v1/ngos/{own['ngo']['id']}/similar").json()["items"]
    assert found[0]["ngo"]["name"] == "بنیاد میثاق"
    other = filled.get("/v1/reports/prison2").json()
    for kind, codes in found[0]["shared"].items():
        for report in (own, other):
            shown = {
                "domains": [each["code"] for each in report["analysis"]["domains"] if each["assigned"]],
                "provinces": [report["province"]],
                **report["analysis"]["facets"],
            }
            assert set(codes) <= set(shown[kind])
    assert "هر دو" in found[0]["reason"]
    pair = found[0]["passages"][0]
    for side, report in (("left", own), ("right", other)):
        assert pair[f"{side}_report"] == report["id"]
        assert report["text"][pair[side]["start"] : pair[side]["end"]] == pair[side]["text"]


def test_similar_ngos_can_be_those_of_other_provinces(filled: TestClient) -> None:
    ngo = filled.get("/v1/reports/prison").json()["ngo"]["id"]
    names = [
        each["ngo"]["name"] for each in filled.get(f"/v1/ngos/{ngo}/similar", params={"other_provinces": True}).json()["items"]
    ]
    assert "بنیاد میثاق" in names
    assert "کانون سپید" not in names


def test_an_ngo_is_shown_with_what_its_reports_show(filled: TestClient) -> None:
    report = filled.get("/v1/reports/prison").json()
    ngo = filled.get(f"/v1/ngos/{report['ngo']['id']}").json()
    assert (ngo["name"], ngo["profile"]["reports"]) == ("انجمن مهر", 1)
    assert ngo["profile"]["provinces"] == {"IR-25": 1}
    assert set(ngo["profile"]["domains"]) == {each["code"] for each in report["analysis"]["domains"] if each["assigned"]}
    assert ngo["profile"]["period"] == {"from": "2023-03-21", "to": "2024-03-19"}
