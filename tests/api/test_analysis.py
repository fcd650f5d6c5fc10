"""Stateless endpoints: the shape of the contract, and every wrong input answered in its place."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from nlp.settings import SHIPPED_MODEL

TEXT = (
    "انجمن ما در سال ۱۴۰۲ برای پیشگیری از اعتیاد در ده مدرسهٔ روستایی کارگاه برگزار کرد. "
    "دانش‌آموزان با خطر مواد مخدر و روان‌گردان آشنا شدند. ۱۲۰ خانواده هم در نشست‌های مشاوره شرکت کردند."
)
ANALYSIS_KEYS = {
    "domains", "groups", "needs_review", "review_reasons", "facets", "summary", "facts", "plans", "quality", "provenance",
    "places", "periods",
}  # fmt: skip


def test_an_analysis_has_every_key_and_spans_that_are_slices_of_the_original(client: TestClient) -> None:
    text = "😊 " + TEXT.replace("ی", "ي").replace("\u200c", "")
    found = client.post("/v1/analyze", json={"text": text, "title": "گزارش پیشگیری"}).json()
    assert set(found) == ANALYSIS_KEYS
    assert found["domains"][0]["code"] == "addiction"
    assert found["domains"][0]["assigned"] is True
    spans = [span for domain in found["domains"] for span in domain["evidence"]] + found["summary"]["sentences"]
    assert spans
    for span in spans:
        source = text if span["field"] == "text" else "گزارش پیشگیری"
        assert source[span["start"] : span["end"]] == span["text"]
    assert {note["code"] for note in found["quality"]} == {"arabic_letters", "half_space_lost"}
    assert found["needs_review"] is bool(found["review_reasons"])


def test_a_group_is_never_less_probable_than_its_highest_leaf(client: TestClient) -> None:
    found = client.post("/v1/classify", json={"text": TEXT}).json()
    groups = {group["code"]: group["probability"] for group in found["groups"]}
    assert groups["addiction_and_health"] >= found["domains"][0]["probability"]
    assert found["summary"] is None
    assert found["provenance"]["parts"] == ["domains"]


def test_a_summary_alone_has_no_domains_and_no_doubts_about_them(client: TestClient) -> None:
    found = client.post("/v1/summarize", json={"text": TEXT}).json()
    assert found["domains"] == []
    assert found["summary"]["method"] == "extractive"
    assert found["review_reasons"] == []


def test_items_are_answered_in_order_and_a_wrong_one_by_its_problem(client: TestClient) -> None:
    items = [{"text": TEXT}, {"text": "..."}, {"texxt": "x"}, {"text": TEXT, "province": "ناکجا"}]
    answers = client.post("/v1/analyze", json={"items": items}, headers={"Accept-Language": "fa"}).json()["items"]
    assert set(answers[0]) == ANALYSIS_KEYS
    assert [answer["errors"][0]["pointer"] for answer in answers[1:]] == ["/text", "/text", "/province"]
    assert {answer["status"] for answer in answers[1:]} == {422}


def test_a_vector_has_the_length_of_the_model(client: TestClient) -> None:
    found = client.post("/v1/embed", json={"text": TEXT, "kind": "query"}).json()
    assert len(found["vector"]) == found["dimension"] == 384
    assert sum(value**2 for value in found["vector"]) == pytest.approx(1, abs=1e-3)


def test_a_report_of_forty_thousand_characters_is_analysed_in_full(client: TestClient) -> None:
    filler = "هیئت مدیره دربارهٔ رنگ دیوار ساختمان و نوبت نگهبانی سالن گفت‌وگو کرد. "
    treated = "معتادان بهبودیافته پس از ترک مواد مخدر با همراهی مددکار به کار و خانواده بازگشتند. "
    text = filler * 280 + treated * 280
    found = client.post("/v1/analyze", json={"text": text}).json()
    assert len(text) > 40_000
    addiction = next(domain for domain in found["domains"] if domain["code"] == "addiction")
    assert addiction["evidence"][0]["start"] >= len(filler * 280)


def test_a_text_over_the_limit_is_refused_by_its_code(client: TestClient) -> None:
    problem = client.post("/v1/analyze", json={"text": "الف " * 30_000}).json()
    assert problem["type"] == "urn:samanyar:problem:text_too_long"
    assert problem["status"] == 422


def test_a_long_text_is_embedded_to_its_end_and_a_long_query_is_refused(client: TestClient) -> None:
    ends = [TEXT * 12 + end for end in ("", "زندانیان جرایم غیرعمد آزاد شدند. " * 20)]
    first, second = (client.post("/v1/embed", json={"text": text}).json()["vector"] for text in ends)
    assert first != second
    assert client.post("/v1/embed", json={"text": TEXT * 3, "kind": "query"}).status_code == 422


def test_the_models_are_listed_and_one_is_in_use(client: TestClient) -> None:
    items = client.get("/v1/models").json()["items"]
    assert {SHIPPED_MODEL, "samanyar-e5-small"} <= {each["name"] for each in items}
    assert [each["name"] for each in items if each["in_use"]] == [SHIPPED_MODEL]
    in_use = client.post("/v1/classify", json={"text": TEXT}).json()["provenance"]["model_sha256"]
    assert {each["sha256"] for each in items if each["in_use"]} == {in_use}
    assert {each["problem"] for each in items} == {None}
