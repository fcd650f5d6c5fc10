"""Searching as people do it: what is found and why, what goes wrong, what the reports say together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nlp.text.tokens import tokens
from nlp.types import FloatArray
from service.web.routes.search import marked
from tests.web.conftest import Visitor

PRISON = "کارگاه نجاری برای زندانیان قم برگزار شد. هشتاد نفر آموزش دیدند و به کار برگشتند."
FOREST = "آتش جنگل‌های بلوط را داوطلبان خاموش کردند. تلفن دفتر ۰۹۱۲۳۴۵۶۷۸۹ است."


def fill(visitor: Visitor) -> None:
    visitor.store("prison", PRISON, title="کارگاه زندان", ngo="انجمن مهر", province="قم", period="1402")
    visitor.store("forest", FOREST, title="جنگل <i>بلوط</i>", ngo="کانون برکه", province="گیلان", period="1401")


def titles(visitor: Visitor) -> list[str]:
    return [each.text().strip() for each in visitor.page.css(".find h2")]


def test_without_a_question_the_page_says_how_to_ask(visitor: Visitor) -> None:
    visitor.open("/search")
    assert (visitor.status, visitor.text(".how h2")) == (200, "چگونه بجویم؟")
    for link in visitor.page.css(".how a"):
        assert visitor.http.get(str(link.attributes["href"])).status_code == 200


def test_what_is_found_shows_where_it_comes_from_and_marks_the_words(visitor: Visitor) -> None:
    fill(visitor)
    page = visitor.open("/search?q=كارگاههاي زندان")
    assert titles(visitor)[0] == "کارگاه زندان"
    first = page.css_first(".find")
    assert first.css_first("h2 a").attributes["href"] == "/reports/prison"
    assert [" ".join(each.text().split()) for each in first.css(".about > *")] == ["انجمن مهر", "قم", "سال ۱۴۰۲"]
    assert [each.text() for each in first.css("mark")] == ["کارگاه"]
    assert first.css_first(".find-passage").text() in PRISON
    assert first.css_first(".closeness").text().endswith("\u200f٪")
    assert page.css_first("#ask").attributes["value"] == "كارگاههاي زندان"
    assert page.css_first(".find h2 i") is None


def test_filters_narrow_what_is_found_and_an_empty_page_says_what_to_do(visitor: Visitor) -> None:
    fill(visitor)
    visitor.open("/search?q=کارگاه&province=IR-01")
    assert titles(visitor) == ["جنگل <i>بلوط</i>"]
    assert visitor.page.css_first("#province option[selected]").attributes["value"] == "IR-01"
    visitor.open("/search?q=کارگاه&from=1410")
    assert "گزارشی پیدا نشد. صافی‌ها را سبک‌تر کنید" in visitor.text(".empty-state")
    visitor.open("/search?q=هواپیما&mode=lexical")
    assert "با واژه‌ای دیگر بکوشید" in visitor.text(".empty-state")


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("q=؟!؟", "q", "در پرسش حرف یا عددی نیست"),
        ("q=" + "آب " * 101, "q", "از ۳۰۰ نویسه بلندتر است"),
        ("q=آب&from=دیروز", "from", "از:"),
        ("q=آب&domain=nothing", "domain", "حوزه: حوزه‌ای با این کد نیست"),
        ("q=آب&mode=magic", "mode", "چنین شیوه‌ای نیست"),
    ],
)
def test_what_is_wrong_is_said_in_the_page(visitor: Visitor, query: str, field: str, said: str) -> None:
    visitor.open(f"/search?{query}")
    assert visitor.status == 422
    assert said in visitor.text(f"#{field}-error")
    assert visitor.page.css_first("#ask") is not None
    if field in ("q", "mode"):
        node = visitor.page.css_first(f"[aria-describedby={field}-error]")
        assert node is not None
        assert node.attributes["aria-invalid"] == "true"


def test_a_summary_of_what_is_found_cites_reports_and_reads_the_question_once(visitor: Visitor) -> None:
    fill(visitor)
    page = visitor.open("/search?q=کارگاه")
    assert page.css_first(".overview") is None
    address = page.css_first("#gist a").attributes["href"]
    asked: list[str] = []
    encoder = visitor.application.search._encoder

    class Counting:
        spec = encoder.spec

        def encode_queries(self, texts: list[str]) -> FloatArray:
            asked.extend(texts)
            return encoder.encode_queries(texts)

    visitor.application.search._encoder = Counting()  # type: ignore[assignment]
    page = visitor.open("/search" + str(address).removesuffix("#gist"))
    assert asked == ["کارگاه"]
    assert {each.attributes["href"] for each in page.css(".cite")} <= {"/reports/prison", "/reports/forest"}
    assert page.css_first(".overview span").text() in PRISON + FOREST
    assert len(page.css(".cited li")) == len({each.attributes["href"] for each in page.css(".cite")})


def test_an_ngo_finds_its_own_and_an_analyst_reads_no_telephone(logged_in: Callable[..., Visitor]) -> None:
    analyst = logged_in("analyst", "analyst")
    fill(analyst)
    analyst.open("/search?q=تلفن دفتر جنگل")
    assert titles(analyst)[0] == "جنگل <i>بلوط</i>"
    assert "۰۹۱۲۳۴۵۶۷۸۹" not in analyst.text("main")
    assert "جنگل‌های" in [each.text() for each in analyst.page.css(".find mark")]
    mehr = next(each for each in analyst.application.stores.reports.all_ngos() if each.name == "انجمن مهر")
    submitter = logged_in("mehr", "submitter", mehr.id)
    submitter.open("/search?q=جنگل بلوط")
    assert titles(submitter) == ["کارگاه زندان"]


def test_words_are_marked_however_they_are_written() -> None:
    text = "كارگاه‌هاي آموزشی، و زندانيان"
    assert marked(text, frozenset(tokens("کارگاه زندانی"))) == [
        ("كارگاه‌هاي", True), (" آموزشی، و ", False), ("زندانيان", True)
    ]  # fmt: skip
    assert marked("", frozenset({"کار"})) == []
    assert marked("هیچ", frozenset({"کار"})) == [("هیچ", False)]
