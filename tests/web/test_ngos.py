"""NGOs by name, their dossiers, those that are alike, and NGOs side by side, as people read them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nlp.pipelines import profile
from service.web.dossiers import bars, table
from tests.web.conftest import TEXT, Visitor

MEHR = "انجمن مهر برای ۴۰ زندانی شهر قم کارگاه حرفه‌آموزی برگزار کرد و ۱۲ نفر از آنان سر کار رفتند."
NOOR = "بنیاد نور برای ۳۵ زندانی شهر یزد کارگاه حرفه‌آموزی نجاری برگزار کرد. در سال آینده ۹۰ نفر آموزش خواهند دید."
TWICE = "در این دوره ۱۲۳ دانش‌آموز در کارگاه مهارت زندگی شرکت کردند و آموزش دیدند."
LAKE = "کانون برکه ۲۰۰۰ اصله نهال در حاشیهٔ تالاب کاشت و ماهی‌گیران را آموزش داد. تلفن ما ۰۹۱۲۳۴۵۶۷۸۹ است."


def fill(visitor: Visitor) -> dict[str, str]:
    """Three NGOs; their ids by name."""
    visitor.store("m1", MEHR, ngo="انجمن مهر", title="کارگاه قم", province="قم", period="1401")
    visitor.store(
        "m2", MEHR.replace("۴۰", "۵۵") + " نوبت دوم.", ngo="انجمن مهر", title="کارگاه دوم", province="قم", period="1402"
    )
    visitor.store(
        "n1", NOOR, ngo={"name": "بنیاد نور", "registration_number": "1234"}, title="کارگاه یزد", province="یزد", period="1402"
    )
    visitor.store("b1", LAKE, ngo="کانون برکه", title="تالاب <b>سبز</b>", province="گیلان")
    return {each.name: each.id for each in visitor.application.stores.reports.all_ngos()}


def test_ngos_are_listed_by_name_and_found_however_they_are_spelled(visitor: Visitor) -> None:
    page = visitor.open("/ngos")
    assert "هر سمن با نخستین گزارشش این‌جا می‌آید" in visitor.text(".empty-state")
    ids = fill(visitor)
    page = visitor.open("/ngos")
    assert [each.text().strip() for each in page.css(".ngo-row h2")] == ["انجمن مهر", "بنیاد نور", "کانون برکه"]
    assert [" ".join(each.text().split()) for each in page.css(".ngo-count")] == ["۲ گزارش", "۱ گزارش", "۱ گزارش"]
    assert [each.attributes["value"] for each in page.css("input[name=id]")] == [ids[name] for name in sorted(ids)]
    assert "شمارهٔ ثبت ۱۲۳۴" in visitor.text(".ngo-row:nth-child(2)")
    visitor.open("/ngos?q=بنياد")
    assert [each.text().strip() for each in visitor.page.css(".ngo-row h2")] == ["بنیاد نور"]
    visitor.open("/ngos?q=هیچ")
    assert "سمنی با «هیچ» پیدا نشد" in visitor.text(".empty-state")
    visitor.open("/ngos?q=" + "آ" * 301)
    assert (visitor.status, visitor.text("#name-error")) == (422, "نام از ۳۰۰ نویسه بلندتر است.")


def test_a_dossier_shows_profile_years_totals_and_where_to_go(visitor: Visitor) -> None:
    mehr = fill(visitor)["انجمن مهر"]
    page = visitor.open(f"/ngos/{mehr}")
    assert visitor.text(".dossier-head h1") == "انجمن مهر"
    assert visitor.text(".facts-line div:first-child") == "گزارش۲"
    assert [visitor.text(f".year:nth-of-type({n}) summary") for n in (1, 2)] == ["۱۴۰۲ ۱ گزارش", "۱۴۰۱ ۱ گزارش"]
    assert [each.attributes["href"] for each in page.css(".year-reports a")] == ["/reports/m2", "/reports/m1"]
    provinces = page.css_first("section[aria-labelledby=provinces-title] .bars-row")
    assert " ".join(provinces.text().split()) == "قم ۲"
    assert provinces.css_first("a").attributes["href"] == f"/reports?province=IR-25&ngo={mehr}"
    assert [each.text() for each in page.css(".totals thead th")] == ["دستاورد", "۱۴۰۲", "۱۴۰۱"]
    cells = {row.css_first("bdi").text(): [each.text() for each in row.css("a.figure")] for row in page.css(".totals tbody tr")}
    assert cells["زندانی"] == ["۵۵", "۴۰"]
    links = {each.attributes["href"] for each in page.css(".dossier-head a")}
    assert {f"/v1/ngos/{mehr}/dossier?format=docx", f"/v1/ngos/{mehr}/dossier", f"/export?ngo={mehr}"} <= links
    assert page.css_first("[data-include]").attributes["data-include"] == f"/ngos/{mehr}/similar"
    for link in sorted(links):
        assert visitor.http.get(str(link)).status_code == 200
    newest = visitor.application.stores.audit.list(20).items
    assert [(each.object, each.detail) for each in newest if each.action == "ngo.read"][-1] == (
        f"ngo:{mehr}", {"format": "page"}
    )  # fmt: skip


def test_a_figure_told_twice_is_shown_with_both_sentences(visitor: Visitor) -> None:
    for number, period in enumerate(("1401", "1402")):
        visitor.store(f"r{number}", TWICE, ngo="انجمن مهر", title=f"گزارش {number}", period=period)
    (ngo,) = visitor.application.stores.reports.all_ngos()
    page = visitor.open(f"/ngos/{ngo.id}")
    flag = page.css_first(".flag-pair")
    assert "یک عدد، دو بار گفته شده" in flag.text()
    assert [each.text().strip() for each in flag.css("blockquote")] == [TWICE] * 2
    assert {each.attributes["href"] for each in flag.css(".flag-source a")} == {"/reports/r0", "/reports/r1"}


def test_a_dossier_sums_up_a_year_and_cites_its_reports(visitor: Visitor) -> None:
    mehr = fill(visitor)["انجمن مهر"]
    visitor.open(f"/ngos/{mehr}")
    assert "سالی برگزینید" in visitor.text("#summary")
    page = visitor.open(f"/ngos/{mehr}?summary=1&year=1402")
    assert {each.attributes["href"] for each in page.css("#summary .cite")} == {"/reports/m2"}
    assert page.css_first("#year option[selected]").attributes["value"] == "1402"
    assert "۵۵ زندانی" in visitor.text(".overview")
    visitor.open(f"/ngos/{mehr}?summary=1&year=12")
    assert (visitor.status, "چهار رقم" in visitor.text("#year-error")) == (422, True)


def test_similar_ngos_come_with_reasons_and_the_sentences_that_meet(visitor: Visitor) -> None:
    ids = fill(visitor)
    page = visitor.open(f"/ngos/{ids['انجمن مهر']}/similar")
    first = page.css_first("#included .alike-ngo")
    assert first.css_first("h3").text().strip() == "بنیاد نور"
    assert first.css_first(".alike-reason").text().startswith("هر دو")
    assert first.css_first(".alike-head .button").attributes["href"] == (
        f"/compare?id={ids['انجمن مهر']}&id={ids['بنیاد نور']}"
    )
    left, right = first.css_first(".meeting").css("a")
    assert left.text() in MEHR.replace("۴۰", "۵۵") + MEHR
    assert (right.text() in NOOR, right.attributes["href"]) == (True, "/reports/n1")


def test_ngos_stand_side_by_side_and_one_may_be_removed_or_added(visitor: Visitor) -> None:
    ids = fill(visitor)
    mehr, noor, lake = (ids[name] for name in ("انجمن مهر", "بنیاد نور", "کانون برکه"))
    page = visitor.open(f"/compare?id={mehr}&id={noor}&id={lake}")
    assert [each.text() for each in page.css(".side-name")] == ["انجمن مهر", "بنیاد نور", "کانون برکه"]
    assert page.css_first(".remove").attributes["href"] == f"/compare?id={noor}&id={lake}"
    rows = {row.css_first("th").text().split()[-1]: row.css("td") for row in page.css(".sides tbody tr") if row.css("td")}
    assert [" ".join(each.text().split()) for each in rows["گزارش‌ها"]] == ["۲", "۱", "۱"]
    assert [" ".join(each.text().split()) for each in rows["استان‌ها"]] == ["قم ۲", "یزد ۱", "گیلان ۱"]
    assert {"سال", "۱۴۰۲"} & set(visitor.text(".sides").split())
    evidence = page.css_first(".sides blockquote a")
    assert evidence.attributes["href"] in {"/reports/m1", "/reports/m2", "/reports/n1"}
    page = visitor.open(f"/compare?id={mehr}&id={noor}&q=برکه")
    assert page.css_first(".choices button").attributes["value"] == lake
    assert [each.attributes["value"] for each in page.css_first(".choices form").css("input")] == [mehr, noor]


@pytest.mark.parametrize(("query", "said"), [("", "دو تا شش سمن را برگزینید"), ("?id={}", "دست‌کم یک سمن دیگر لازم است")])
def test_too_few_ngos_are_told_how_to_choose(visitor: Visitor, query: str, said: str) -> None:
    mehr = fill(visitor)["انجمن مهر"]
    visitor.open("/compare" + query.format(mehr))
    assert (visitor.status, said in visitor.text(".part")) == (200, True)


def test_too_many_ngos_are_refused_in_the_page(visitor: Visitor) -> None:
    for number in range(7):
        visitor.application.stores.reports.resolve_ngo(
            visitor.application.ingest.parse({"text": "متن", "ngo": f"سمن {number}"}).ngo
        )  # type: ignore[arg-type]
    ids = [each.id for each in visitor.application.stores.reports.all_ngos()]
    visitor.open("/compare?" + "&".join(f"id={each}" for each in ids))
    assert (visitor.status, "دو تا شش سمن" in visitor.text(".notice")) == (422, True)
    visitor.open("/compare?id=none&id=nothing")
    assert visitor.status == 404


def test_an_ngo_sees_itself_alone_and_an_analyst_no_telephone(logged_in: Callable[..., Visitor]) -> None:
    analyst = logged_in("analyst", "analyst")
    ids = fill(analyst)
    lake = ids["کانون برکه"]
    analyst.store("b2", LAKE, ngo="کانون برکه", title="تلفن ۰۹۱۲۳۴۵۶۷۸۹")
    analyst.open(f"/ngos/{lake}")
    assert "۰۹۱۲۳۴۵۶۷۸۹" not in analyst.page.html  # type: ignore[operator]
    assert "<b>سبز</b>" not in analyst.page.css_first("main").html  # type: ignore[operator]
    submitter = logged_in("lake", "submitter", lake)
    assert [each.text().strip() for each in submitter.open("/ngos").css(".ngo-row h2")] == ["کانون برکه"]
    page = submitter.open(f"/ngos/{lake}")
    assert (submitter.status, page.css_first("#similar"), page.css_first("input[name=id]")) == (200, None, None)
    submitter.open(f"/ngos/{ids['انجمن مهر']}")
    assert submitter.status == 404


def test_counts_become_bars_the_most_frequent_first() -> None:
    found = bars({"b": 2, "a": 2, "c": 4}, str.upper)
    assert [(each.name, each.count, each.share) for each in found] == [("C", 4, 1.0), ("A", 2, 0.5), ("B", 2, 0.5)]
    assert bars({}, str) == []


def test_totals_become_rows_of_things_with_the_newest_year_first() -> None:
    def total(year: int, unit: str, value: float, planned: float = 0.0) -> dict[str, object]:
        return {"year": year, "kind": "people", "unit": unit, "value": value, "planned": planned, "not_done": 0.0}

    found = table([total(1401, "نفر", 5), total(1402, "نفر", 20, 40), total(1402, "زن", 7)])
    assert found.years == (1402, 1401)
    assert [(each.unit, [cell and cell["value"] for cell in each.cells]) for each in found.things] == [
        ("نفر", [20, 5]), ("زن", [7, None])
    ]  # fmt: skip
    assert found.things[0].share(20) == 0.5


def test_a_dossier_and_a_comparison_follow_their_reports(visitor: Visitor) -> None:
    ids = fill(visitor)
    mehr, noor = ids["انجمن مهر"], ids["بنیاد نور"]

    def domains() -> list[str]:
        page = visitor.open(f"/ngos/{mehr}")
        return [each.text() for each in page.css("section[aria-labelledby=domains-title] .bars-name")]

    def compared() -> str:
        visitor.open(f"/compare?id={mehr}&id={noor}")
        return visitor.text(".sides tbody td")

    name = visitor.application.taxonomy.by_code["livelihood"].fa
    before = domains()
    assert compared() == "۲"
    body = {"decision": "correct", "domains": ["livelihood"] if name not in before else []}
    for report in ("m1", "m2"):
        answer = visitor.http.post(f"/v1/reports/{report}/reviews", json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 201
    assert domains() == ([name] if name not in before else [])
    visitor.store("m3", MEHR.replace("۴۰", "۶۱"), ngo="انجمن مهر", period="1403")
    assert visitor.open(f"/ngos/{mehr}").css_first(".year summary strong").text() == "۱۴۰۳"
    assert compared() == "۳"
    visitor.http.delete("/v1/reports/m3", headers={"If-Match": '"1"'})
    assert compared() == "۲"


def test_similar_ngos_are_looked_for_anew_when_a_report_comes(visitor: Visitor) -> None:
    mehr = fill(visitor)["انجمن مهر"]

    def names() -> list[str]:
        return [each.text().strip() for each in visitor.open(f"/ngos/{mehr}/similar").css(".alike-ngo h3")]

    assert names()[0] == "بنیاد نور"
    assert names() == names()
    visitor.store("s1", MEHR.replace("۴۰", "۴۱"), ngo="کانون سپهر", province="قم", period="1402")
    assert names()[0] == "کانون سپهر"
    visitor.http.delete("/v1/reports/s1", headers={"If-Match": '"1"'})
    assert names()[0] == "بنیاد نور"


def test_a_dossier_counts_all_reports_not_only_the_newest(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "MOST_REPORTS", 1)
    mehr = fill(visitor)["انجمن مهر"]
    found = visitor.application.dossiers.of(mehr)
    shown = [set(report.domains) for report in (visitor.application.stores.reports.get(each) for each in ("m1", "m2"))]
    assert found.reports == 2
    assert sum(found.counts["domains"].values()) == sum(map(len, shown))
    answer = visitor.http.get(f"/v1/ngos/{mehr}").json()
    assert answer["profile"]["domains"] == dict(found.counts["domains"])


PHONE = "تلفن دبیرخانه 021. 8877 6655 است و ما برای زندانیان شهر کارگاه برگزار کردیم."


def test_no_piece_of_a_number_is_shown_to_an_analyst(logged_in: Callable[..., Visitor]) -> None:
    analyst = logged_in("ana", "analyst")
    names = "، ".join(f"خانم {number} با شماره 0912 345 67{number:02}" for number in range(10, 60))
    analyst.store("one", PHONE, ngo="انجمن یک", title="نخست")
    analyst.store("two", f"مددجویان ما برای کار در زندان این‌ها بودند: {names} و دیگران.", ngo="انجمن یک")
    ngo = analyst.application.stores.reports.get("one").ngo
    assert ngo
    paths = [
        f"/ngos/{ngo.id}?summary=1",
        "/search?q=زندانیان&summary=1",
        "/reports/one",
        "/reports/two",
        "/reports/one/similar",
    ]
    paths += [f"/v1/ngos/{ngo.id}/{part}" for part in ("summary", "ledger", "dossier", "similar")]
    paths += ["/v1/search?q=زندان", "/v1/search/summary?q=زندان", "/v1/reports/two", "/v1/reports/two/duplicates"]
    for path in paths:
        shown = analyst.http.get(path)
        assert shown.status_code == 200
        for piece in ("8877", "0912", "345 67", "345"):
            assert piece not in shown.text, (path, piece)


def test_a_comparison_of_thousands_is_refused_at_once(visitor: Visitor) -> None:
    visitor.open("/compare?" + "&".join(f"id=x{number}" for number in range(2000)))
    assert visitor.status == 404
    assert len(visitor.text("main")) < 1000


def test_two_that_became_one_are_one_in_a_comparison(visitor: Visitor) -> None:
    for number, name in enumerate(("یک", "دو", "سه")):
        visitor.store(f"r{number}", f"{TEXT} {name}", ngo=f"انجمن {name}")
    ids = [visitor.application.stores.reports.get(f"r{number}").ngo.id for number in range(3)]  # type: ignore[union-attr]
    visitor.application.stores.reports.merge_ngos(ids[0], ids[1])
    visitor.open("/compare?" + "&".join(f"id={each}" for each in ids))
    assert visitor.status == 200


def test_what_was_rejected_is_no_achievement(visitor: Visitor) -> None:
    visitor.store("real", TEXT, ngo="انجمن یک", period="1402")
    visitor.store("fake", TEXT.replace("۴۰", "۴۰۰"), ngo="انجمن یک", period="1402")
    visitor.open("/reports/fake")
    visitor.send("#decision", "action=reject", note="جعلی")
    ngo = visitor.application.stores.reports.get("real").ngo
    assert ngo
    totals = visitor.http.get(f"/v1/ngos/{ngo.id}/dossier").json()["totals"]
    assert 40.0 in [each["value"] for each in totals]
    assert {each for total in totals for each in total["reports"]} == {"real"}


def test_a_figure_opens_the_reports_that_it_is_summed_over(visitor: Visitor) -> None:
    visitor.store("one", "در سال ۱۴۰۲ برای ۳۵۰ خانواده بستهٔ غذایی فراهم شد.", ngo="انجمن یک")
    ngo = visitor.application.stores.reports.get("one").ngo
    assert ngo
    visitor.open(f"/ngos/{ngo.id}")
    assert visitor.page.css_first("a.figure").attributes["href"] == "/reports/one"
