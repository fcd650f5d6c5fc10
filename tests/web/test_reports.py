"""The page of a report: what is marked where, and deciding on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nlp.types import Report
from nlp.wire import to_json
from service.web import filters
from service.web.marks import figure
from tests.web.conftest import TEXT, Visitor


def stored(visitor: Visitor, report_id: str = "one") -> Report:
    return visitor.application.stores.reports.get(report_id)


def marked(visitor: Visitor, mark: str) -> str:
    return "".join(node.text() for node in visitor.page.css(f".reader-text mark[data-mark='{mark}']"))


def test_every_span_is_marked_where_it_stands(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    analysis = stored(visitor).analysis
    assert analysis
    assert analysis.facts
    assert analysis.domains[0].evidence
    assert analysis.summary
    for domain in analysis.domains:
        for place, span in enumerate(domain.evidence):
            assert marked(visitor, f"evidence-{domain.code}-{place}").startswith(span.text)
    for place, fact in enumerate(analysis.facts):
        assert marked(visitor, f"fact-{place}") == fact.text
    assert visitor.page.css_first(".reader-text").text() == TEXT
    tips = [str(node.attributes["data-tip"]) for node in visitor.page.css(".reader-text mark[data-tip]")]
    assert any(figure(to_json(analysis.facts[0])) in tip for tip in tips)
    assert any(filters.percent(analysis.domains[0].probability) in tip for tip in tips)
    links = {node.attributes["href"] for node in visitor.page.css("a.quote, a.fact-link, a.sentence-link")}
    assert links
    assert all(visitor.page.css_first(f"[id='{link[1:]}']") for link in links)


def test_markup_and_odd_line_ends_are_only_text(visitor: Visitor) -> None:
    text = "<script>alert(1)</script> برای زندانیان\r\nکارگاهی برگزار شد و ۳ نفر آزاد شدند.\r\n\r\nپایان گزارش ما."
    visitor.store("one", text, title="<b>عنوان</b>")
    visitor.open("/reports/one")
    assert visitor.page.css_first(".reader-text script") is None
    assert visitor.page.css_first(".reader-text").text().replace("\r", "") == text.replace("\r", "")
    assert visitor.text("h1") == "<b>عنوان</b>"
    assert visitor.page.css_first(".reader-text[data-exact]") is None


def test_accepting_keeps_what_the_machine_said(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    before = stored(visitor)
    visitor.send("#decision", "action=save")
    after = stored(visitor)
    assert (after.status, after.domains, after.summary) == ("accepted", before.domains, before.summary)
    assert (visitor.path, visitor.text(".notice.calm")) == ("/reports/one?saved=accept", "رأی شما ثبت شد: پذیرفته شد.")


def test_a_corrected_domain_counts_and_the_machine_is_still_shown(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    visitor.send("#decision", "action=save", domains=["livelihood"])
    assert (stored(visitor).status, stored(visitor).domains) == ("corrected", ("livelihood",))
    card = visitor.page.css_first(".domain[data-code=livelihood]")
    assert card is not None
    assert "checked" in card.css_first("input").attributes
    assert "پذیرفت" not in visitor.text(".history")
    assert visitor.application.taxonomy.by_code["livelihood"].fa in visitor.text(".history")


def test_an_edited_summary_keeps_the_sentences_that_it_stands_on(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    summary = stored(visitor).summary
    assert summary
    sources = [each.attributes["value"] for each in visitor.page.css("input[name=source][checked]")]
    assert sources == [f"text:{each.start}:{each.end}" for each in summary.sentences]
    visitor.send("#decision", "action=save", summary="چهل زندانی آموزش دیدند.", source=[sources[0]])
    edited = stored(visitor).summary
    assert edited
    assert edited.method == "edited"
    assert (edited.text, [each.text for each in edited.sentences]) == ("چهل زندانی آموزش دیدند.", [summary.sentences[0].text])
    assert "چهل زندانی آموزش دیدند." in visitor.text(".summary-text")


def test_what_is_wrong_with_a_decision_is_said_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    visitor.send("#decision", "action=reject", domains=["livelihood"], summary="خلاصهٔ من")
    assert visitor.status == 422
    assert "برای رد گزارش، دلیل آن را بنویسید." in visitor.text("#problem")
    assert visitor.text("#summary") == "خلاصهٔ من"
    assert stored(visitor).status == "pending"
    visitor.send("#decision", "action=save", source=["text:0:999999"])
    assert visitor.status == 422
    visitor.send("#decision", "action=reject", note="گزارش نیست", source=[])
    assert (stored(visitor).status, (stored(visitor).review or {})["note"]) == ("rejected", "گزارش نیست")


def test_a_lost_update_is_shown_beside_what_was_chosen(logged_in: Callable[..., Visitor]) -> None:
    sara, reza = logged_in("sara", "reviewer"), logged_in("reza", "reviewer")
    sara.store("one")
    for each in (sara, reza):
        each.open("/reports/one")
    reza.send("#decision", "action=save", domains=["addiction"])
    sara.send("#decision", "action=save", domains=["livelihood"], note="یادداشت سارا")
    assert sara.status == 412
    problem = sara.text("#problem")
    assert "reza" in problem
    assert sara.application.taxonomy.by_code["addiction"].fa in problem
    ticked = [each.attributes["value"] for each in sara.page.css("#decision input[name=domains][checked]")]
    assert (ticked, sara.text("#note")) == (["livelihood"], "یادداشت سارا")
    assert stored(sara).domains == ("addiction",)
    sara.send("#decision", "action=save")
    assert stored(sara).domains == ("livelihood",)
    assert [step.by for step in sara.application.stores.reviews.of("one")] == ["user:reza", "user:sara"]


def test_a_report_in_other_hands_takes_no_second_decision(logged_in: Callable[..., Visitor]) -> None:
    sara, reza = logged_in("sara", "reviewer"), logged_in("reza", "reviewer")
    sara.store("one")
    sara.application.queue.claim("one", "user:sara")
    reza.open("/reports/one")
    assert "sara" in reza.text(".notice.warn")
    reza.send("#decision", "action=save", note="نگه‌دار")
    assert (reza.status, reza.text("#note")) == (409, "نگه‌دار")
    assert stored(sara).status == "pending"


def test_an_analyst_reads_without_personal_data_and_without_a_form(logged_in: Callable[..., Visitor]) -> None:
    analyst = logged_in("ana", "analyst")
    analyst.store("one", TEXT + " شماره تماس مدیر ۰۹۱۲۳۴۵۶۷۸۹ است.")
    analyst.open("/reports/one")
    assert analyst.page.css_first("#decision") is None
    assert "۰۹۱۲۳۴۵۶۷۸۹" not in analyst.answer.text  # type: ignore[union-attr]
    assert logged_in("sara", "reviewer").open("/reports/one").css_first(".reader-text").text().endswith("۰۹۱۲۳۴۵۶۷۸۹ است.")


def test_a_duplicate_is_laid_beside_and_set_apart_for_good(visitor: Visitor) -> None:
    visitor.store("one", ngo="انجمن یک")
    visitor.store("two", TEXT.replace("۴۰", "۷۰"), ngo="انجمن دو")
    visitor.open("/reports/two?from=queue")
    rows = [" ".join(node.text().split()) for node in visitor.page.css("#duplicates tbody tr")]
    assert any("۷۰" in row and "۴۰" in row for row in rows)
    assert "سمن دیگر" in visitor.text("#duplicates")
    assert "عددهای دیگر" in visitor.text("#duplicates")
    visitor.send("#duplicates form", "duplicate=no")
    assert visitor.path.startswith("/reports/two?from=queue")
    assert "بازبین: تکراری نیست." in visitor.text("#duplicates")
    assert visitor.application.duplicates.of("two") == []


def test_an_ngo_is_told_nothing_of_what_others_sent(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    admin.store("theirs", ngo="انجمن دیگر")
    admin.store("own", ngo="انجمن خودی")
    ngo = stored(admin, "own").ngo
    assert ngo
    submitter = logged_in("sub", "submitter", ngo.id)
    submitter.open("/reports/own")
    assert submitter.page.css_first("#duplicates") is None
    assert "انجمن دیگر" not in submitter.answer.text  # type: ignore[union-attr]
    assert "تکراری" not in submitter.text("main")
    submitter.open("/reports/theirs")
    assert submitter.status == 404
    submitter.open("/reports?ngo=other")
    assert [node.text().strip() for node in submitter.page.css(".row h2")] == ["گزارش بی‌عنوان"]


def test_the_list_goes_on_where_it_ended(visitor: Visitor, monkeypatch: Any) -> None:
    monkeypatch.setattr("service.web.routes.reports.PAGE", 2)
    for number in range(3):
        visitor.store(f"r{number}", f"{TEXT} نوبت {number}", title=f"گزارش {number}", province="قم")
    visitor.open("/reports?province=قم")
    assert [node.text().strip() for node in visitor.page.css(".row h2")] == ["گزارش 2", "گزارش 1"]
    cursor = visitor.page.css_first("form.more input[name=cursor]")
    assert cursor is not None
    visitor.open(f"/reports?province=قم&cursor={cursor.attributes['value']}")
    assert [node.text().strip() for node in visitor.page.css(".row h2")] == ["گزارش 0"]
    assert visitor.open("/reports?domain=addiction&province=IR-23").css_first(".empty-state") is not None


def test_what_came_with_a_report_is_mended_without_losing_its_decision(visitor: Visitor) -> None:
    visitor.store("one", ngo="انجمن یک", period="1402/01 تا 1402/06", province="قم", title="عنوان")
    visitor.open("/reports/one")
    visitor.send("#decision", "action=save")
    visitor.send("form[action$='/fields']", ngo="انجمن دو", province="IR-10", period="۱۴۰۳")
    report = stored(visitor)
    assert report.ngo
    assert report.period
    assert (report.ngo.name, report.province, str(report.period.start), report.status) == (
        "انجمن دو",
        "IR-10",
        "2024-03-20",
        "accepted",
    )
    visitor.send("form[action$='/fields']")
    assert stored(visitor) == replace(report, version=stored(visitor).version)
    visitor.send("form[action$='/fields']", period="دیروز")
    assert visitor.status == 422
    assert "دیروز" in visitor.text("#problem")
    assert visitor.page.css_first("#f-period").attributes["value"] == "دیروز"
    visitor.send("form[action$='/fields']", city="ساوه", period="۱۴۰۳", version="1")
    assert visitor.status == 412
    assert stored(visitor).city is None


def test_a_report_is_deleted_only_by_who_means_it(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    visitor.send("form[action$='/delete']")
    assert visitor.status == 422
    visitor.send("form[action$='/delete']", sure="yes")
    assert (visitor.path, visitor.text("[role=status]")) == ("/reports?deleted=yes", "گزارش حذف شد.")
    assert visitor.application.stores.reports.stats().reports == 0


def test_an_unknown_action_decides_nothing(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.store("two", TEXT + " دو.")
    for action in ("", "nonsense"):
        visitor.open("/reports/one")
        visitor.send("#decision", f"action={action}")
        assert (visitor.status, stored(visitor).status) == (422, "pending")
    visitor.open("/reports/one?from=queue")
    visitor.send("#decision", "action=save", domain="nope")
    assert (visitor.status, stored(visitor).status) == (422, "pending")
    visitor.open("/reports/one")
    assert visitor.http.post("/reports/one/duplicates/two", data={"duplicate": ""}).status_code == 422


def test_a_source_that_was_added_by_hand_outlives_an_error(visitor: Visitor) -> None:
    visitor.store("one")
    visitor.open("/reports/one")
    visitor.send("#decision", "action=reject", source=["text:0:20", "text:30:50"], summary="خلاصهٔ من")
    assert visitor.status == 422
    visitor.send("#decision", "action=save")
    summary = stored(visitor).summary
    assert summary
    assert [(each.start, each.end) for each in summary.sentences] == [(0, 20), (30, 50)]


def test_a_report_that_another_reviewer_holds_is_neither_mended_nor_deleted(logged_in: Callable[..., Visitor]) -> None:
    sara, reza = logged_in("sara", "reviewer"), logged_in("reza", "reviewer")
    sara.store("one")
    reza.open("/reports/one")
    sara.application.queue.claim("one", "user:sara")
    reza.send("form[action$='/fields']", city="قم")
    assert reza.status == 409
    reza.send("form[action$='/delete']", sure="yes")
    assert reza.status == 409
    assert stored(sara).city is None


def test_next_after_a_report_that_is_gone_goes_on(visitor: Visitor) -> None:
    visitor.store("short", "کارگاه برگزار شد.")
    visitor.open("/reports/short?from=queue")
    visitor.application.duplicates.forget("short", 1)
    visitor.send("#next")
    assert (visitor.status, visitor.path.split("?")[0]) == (200, "/queue")


def test_an_ngo_is_told_what_was_decided_and_not_by_whom(logged_in: Callable[..., Visitor]) -> None:
    sara = logged_in("sara", "reviewer")
    sara.store("own", ngo="انجمن خودی")
    sara.open("/reports/own")
    sara.send("#decision", "action=reject", note="متن ناقص است")
    ngo = stored(sara, "own").ngo
    assert ngo
    submitter = logged_in("sub", "submitter", ngo.id)
    submitter.open("/reports/own")
    assert "متن ناقص است" in submitter.text(".notice.danger")
    assert "sara" not in submitter.answer.text  # type: ignore[union-attr]
    assert submitter.http.get("/v1/reports/own").json()["review"]["by"] is None


def test_an_analyst_reads_no_number_in_the_name_of_an_ngo(logged_in: Callable[..., Visitor]) -> None:
    analyst = logged_in("ana", "analyst")
    analyst.store("one", ngo="انجمن 09123456789")
    ngo = stored(analyst).ngo
    assert ngo
    for path in (
        f"/reports?ngo={ngo.id}",
        f"/export?ngo={ngo.id}",
        f"/ngos/{ngo.id}",
        "/ngos",
        "/search?q=زندانی",
        "/coverage",
    ):
        analyst.open(path)
        assert analyst.status == 200
        assert "09123456789" not in analyst.answer.text, path  # type: ignore[union-attr]
