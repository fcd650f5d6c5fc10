"""The page of quality: figures that can be counted by hand, charts without styles or scripts, and silence where few decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from nlp.bootstrap import App
from nlp.review.decisions import Decision
from nlp.review.quality import quality
from nlp.types import Review
from service.web.charts import Point, lines, scatter
from service.web.pages import Names
from service.web.quality import Figures, figures
from tests.unit.test_quality_of_decisions import START, review

TEXT = "کارگاه پیشگیری از اعتیاد و مواد مخدر برای {} دانش‌آموز برگزار شد."


def shown(application: App, reviews: list[Review]) -> Figures:
    return figures(quality(reviews, None), Names(application))


def test_a_chart_holds_nothing_that_the_page_would_refuse() -> None:
    drawn = (
        lines("روند", ["۱۴۰۳/۰۱", "۱۴۰۳/۰۲"], [[Point(0.5, "<نیم>"), None], [Point(0.25, "ب"), Point(1.0, "پ")]]),
        scatter("منحنی", [Point(0.7, "الف", 0.75, 3), Point(0.9, "ب", 0.95, 9)]),
    )
    for svg in drawn:
        for never in ("<style", "<script", "style=", "xlink", " id=", "<!--", "javascript", "<desc"):
            assert never not in svg
    tree = LexborHTMLParser(str(drawn[0]))
    root = tree.css_first("svg")
    assert (root.attributes["role"], root.attributes["aria-label"]) == ("img", "روند")
    assert [each.text() for each in tree.css("title")] == ["<نیم>", "ب", "پ"]
    assert [each.text() for each in tree.css(".axis.x text")] == ["۱۴۰۳/۰۱", "۱۴۰۳/۰۲"]
    assert [each.text().replace("\u200f", "") for each in tree.css(".axis.y text")] == ["۰٪", "۲۵٪", "۵۰٪", "۷۵٪", "۱۰۰٪"]
    dots = LexborHTMLParser(str(drawn[1])).css(".dot")
    assert [dot.attributes["r"] for dot in dots] == ["3", "9"]
    assert float(dots[0].attributes["cy"] or 0) > float(dots[1].attributes["cy"] or 0)


def test_many_ticks_leave_room_for_their_words() -> None:
    svg = lines("روند", [str(number) for number in range(23)], [[Point(0.5, "") for _ in range(23)]])
    assert [each.text() for each in LexborHTMLParser(str(svg)).css(".axis.x text")] == ["0", "5", "10", "15", "20"]


def test_shares_are_those_of_the_decisions(application: App) -> None:
    later = START + timedelta(days=31)
    reviews = [review(str(number), ("addiction",), assigned=("addiction",)) for number in range(9)]
    reviews += [review(f"l{number}", ("addiction",), assigned=("addiction", "livelihood"), at=later) for number in range(10)]
    reviews += [review("rejected", None), review("x", ("addiction",), assigned=(), at=later)]
    found = shown(application, reviews)
    assert (found.found.decisions, found.found.reports, found.found.rejected) == (21, 21, 1)
    assert (found.whole.machine, found.whole.reviewer, found.whole.both) == (29, 20, 19)
    assert found.whole.kept == pytest.approx(19 / 29)
    assert [(each.code, each.kept, each.found, each.few) for each in found.domains] == [
        ("addiction", 1.0, 19 / 20, False),
        ("livelihood", 0.0, None, False),
    ]
    assert [(month.name, month.few) for month in found.months] == [("۱۴۰۳/۰۱", True), ("۱۴۰۳/۰۲", False)]
    assert found.trend is None
    more = [review(f"m{number}", ("addiction",), assigned=("addiction",)) for number in range(3)]
    assert "۱۴۰۳/۰۱: ۱۰۰\u200f٪ نگه‌داشته، از ۱۲" in str(shown(application, reviews + more).trend)


def test_the_curve_says_how_far_it_is_from_the_diagonal(application: App) -> None:
    reviews = [review(str(number), ("x",) if number < 80 else ("z",), probabilities={"x": 0.95}) for number in range(100)]
    found = shown(application, reviews)
    assert found.off == pytest.approx(0.15)
    assert "احتمال ۹۵\u200f٪: بازبین ۸۰\u200f٪ را پذیرفت، از ۱۰۰ برچسب" in str(found.curve)
    few = shown(application, reviews[:99])
    assert (few.off, few.curve) == (None, None)


def test_a_small_sample_is_called_small(application: App) -> None:
    reviews = [review(str(number), ("x",), audited=True, at=datetime(2024, 4, 1, tzinfo=UTC)) for number in range(100)]
    assert shown(application, reviews[:5]).audit_is_small
    assert not shown(application, reviews).audit_is_small
    assert not shown(application, []).audit_is_small


def test_figures_are_counted_anew_only_after_another_decision(application: App) -> None:
    for name in ("a", "b"):
        application.ingest.submit(application.ingest.parse({"id": name, "text": TEXT.format(len(name) + 60), "title": name}))
    application.reviews.decide("a", Decision("correct", ("addiction",)), 1, by="user:a")
    first = application.agreements.of(None)
    assert application.agreements.of(None) is first
    assert application.agreements.of(START).learning.decisions == 1
    application.reviews.decide("b", Decision("correct", ("livelihood",)), 1, by="user:a")
    assert [each.domain for each in application.agreements.of(None).agreement if each.reviewer] == ["addiction", "livelihood"]
    application.stores.reports.delete("b")
    assert (application.agreements.of(None).decisions, first.decisions) == (1, 1)


def test_the_page_speaks_of_few_decisions_and_of_none(client: TestClient) -> None:
    assert "هنوز هیچ گزارشی بازبینی نشده است" in client.get("/quality").text
    for number in range(3):
        version = client.post("/v1/reports", json={"id": f"r{number}", "text": TEXT.format(number + 50)}).headers["etag"]
        said = {"decision": "correct", "domains": ["addiction", "livelihood"]}
        client.post(f"/v1/reports/r{number}/reviews", json=said, headers={"If-Match": version})
    html = LexborHTMLParser(client.get("/quality").text)
    assert [each.text() for each in html.css(".figure strong")[:2]] == ["۳", "۱۰۰\u200f٪"]
    rows = {
        row.css_first("th").text(): [cell.text().strip() for cell in row.css("td")] for row in html.css(".agreement tbody tr")
    }
    assert rows["پیشگیری، درمان و کاهش آسیب اعتیاد"] == ["۱۰۰\u200f٪", "۱۰۰\u200f٪", "۳", "۳", "۳"]
    assert rows["فقرزدایی، معیشت و اشتغال"] == ["—", "۰\u200f٪", "۰", "۳", "۰"]
    assert {row.attributes["class"] for row in html.css(".agreement tbody tr")} == {"few"}
    assert "دست‌کم دو ماه لازم است" in html.css_first("main").text()
    assert "دو نفر ندیده‌اند" in html.css_first("main").text()
    assert html.css_first(".page-head a").attributes["href"] == "/v1/quality?format=csv"
