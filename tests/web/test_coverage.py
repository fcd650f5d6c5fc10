"""The page of coverage: tiles where the provinces are, a matrix whose numbers open their reports, gaps in words."""

from __future__ import annotations

import csv
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from starlette.testclient import TestClient

from nlp.bootstrap import App
from nlp.pipelines.coverage import Cell, Coverage, Gap, Total, gaps
from nlp.types import NgoRef
from service.api.schemas import FilterInput
from service.web.coverage import chosen, grid
from service.web.heats import Heats
from service.web.pages import Names
from service.web.tiles import PLACES
from tests.api.test_people import PASSWORD, login

ADDICTION = "کارگاه پیشگیری از اعتیاد و مواد مخدر برای {} دانش‌آموز و خانواده‌های آنان برگزار شد."
PRISON = "کارگاه حرفه‌آموزی برای {} زندانی زندان مرکزی برگزار شد و بدهی زندانیان جرایم غیرعمد پرداخت شد."


@pytest.fixture
def filled(client: TestClient) -> TestClient:
    """Three reports on addiction (two of Qom, one of Yazd, which is older), one on prisoners of Qom, one of no province."""
    rows = (
        ("a", ADDICTION.format(120), "قم", "1403"),
        ("b", ADDICTION.format(95), "قم", "1403"),
        ("c", ADDICTION.format(70), "یزد", "1401"),
        ("d", PRISON.format(30), "قم", "1403"),
        ("e", PRISON.format(12), None, "1403"),
    )
    for number, (name, text, province, period) in enumerate(rows):
        body = {
            "id": name,
            "text": text,
            "province": province,
            "period": period,
            "ngo": f"انجمن {'الف' if number < 3 else 'ب'}",
        }
        version = client.post("/v1/reports", json=body).headers["etag"]
        said = {"decision": "correct", "domains": ["addiction" if number < 3 else "prisoners_reentry"]}
        assert client.post(f"/v1/reports/{name}/reviews", json=said, headers={"If-Match": version}).status_code == 201
    return client


def page(client: TestClient, address: str = "/coverage") -> HTMLParser:
    answer = client.get(address)
    assert answer.status_code == 200
    return HTMLParser(answer.text)


def tiles(html: HTMLParser) -> dict[str, str]:
    """What each tile with reports says."""
    return {link.attributes["title"].partition(":")[0]: link.css_first("strong").text() for link in html.css(".tile a")}


def test_every_province_has_a_tile_of_its_own_where_its_neighbours_are(application: App) -> None:
    assert set(PLACES) == set(application.provinces.codes)
    assert len(set(PLACES.values())) == 31
    place = {application.provinces.name(code): spot for code, spot in PLACES.items()}
    for west, east in (("آذربایجان غربی", "اردبیل"), ("ایلام", "قم"), ("تهران", "خراسان رضوی"), ("خوزستان", "کرمان")):
        assert place[west][1] < place[east][1]
    for north, south in (("گیلان", "قزوین"), ("تهران", "اصفهان"), ("فارس", "بوشهر"), ("خراسان جنوبی", "سیستان و بلوچستان")):
        assert place[north][0] < place[south][0]
    neighbours = (("گیلان", "مازندران"), ("تهران", "البرز"), ("لرستان", "ایلام"), ("اصفهان", "یزد"), ("فارس", "بوشهر"))
    for one, other in neighbours:
        assert max(abs(place[one][axis] - place[other][axis]) for axis in (0, 1)) == 1


def test_counts_stand_on_tiles_and_in_the_matrix_and_open_their_reports(filled: TestClient) -> None:
    html = page(filled)
    assert tiles(html) == {"قم": "۳ گزارش", "یزد": "۱ گزارش"}
    assert len(html.css(".tile")) == 31
    assert len(html.css(".matrix tbody tr:not(.group-row)")) == len(filled.get("/v1/domains").json()["items"])
    row = next(row for row in html.css(".matrix tbody tr") if "آسیب اعتیاد" in row.css_first("th").text())
    assert (row.css_first(".total").text(), [link.text() for link in row.css("a")]) == ("۳", ["۲", "۱"])
    assert sum("heat-0" in (cell.attributes["class"] or "") for cell in row.css("td")) == 29
    cell = row.css("a")[0].attributes["href"]
    assert parse_qs(urlsplit(cell).query) == {"domain": ["addiction"], "province": ["IR-25"]}
    assert [link.attributes["href"] for link in page(filled, cell).css(".rows h2 a")] == ["/reports/b", "/reports/a"]
    assert [each.text() for each in html.css(".matrix tfoot td")[:3]] == ["۴", "۳", "۱"]


def test_a_year_and_a_group_narrow_what_is_counted(filled: TestClient) -> None:
    html = page(filled, "/coverage?year=1401")
    assert tiles(html) == {"یزد": "۱ گزارش"}
    assert [each.text() for each in html.css("#year option")] == ["همه", "۱۴۰۳", "۱۴۰۲", "۱۴۰۱"]
    link = parse_qs(urlsplit(html.css_first(".tile a").attributes["href"]).query)
    assert link == {"province": ["IR-21"], "from": ["1401"], "to": ["1401"]}
    html = page(filled, "/coverage?scope=justice_and_reentry&from=1403")
    assert tiles(html) == {"قم": "۱ گزارش"}
    assert [each.text() for each in html.css(".matrix .group-row th")] == ["عدالت، سازش و بازگشت به جامعه"]
    assert html.css_first("#map-title").text() == "عدالت، سازش و بازگشت به جامعه"
    empty = page(filled, "/coverage?scope=addiction&year=1395")
    assert "گزارشی نیست" in empty.css_first(".empty-state").text()
    assert not empty.css(".tile")
    assert filled.get("/coverage?scope=nothing").status_code == 422
    assert filled.get("/coverage?year=12").status_code == 422


def test_nothing_stored_says_so(client: TestClient) -> None:
    assert "هنوز گزارشی نیست" in page(client).css_first(".empty-state").text()


def test_the_table_is_a_file_that_says_what_the_page_says(filled: TestClient) -> None:
    address = page(filled, "/coverage?scope=addiction").css_first(".page-head a").attributes["href"]
    answer = filled.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="coverage.csv"'
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 31
    assert [(row["province_name"], row["reports"], row["ngos"]) for row in rows if row["reports"] != "0"] == [
        ("یزد", "1", "1"),
        ("قم", "2", "1"),
    ]
    found = filled.get("/v1/coverage", params={"domain": "addiction"}).json()
    assert found["domains"] == ["addiction"]
    assert {"province": "IR-25", "reports": 2, "ngos": 1} in found["totals"]
    assert found["gaps"] == []


def test_a_submitter_sees_the_coverage_of_its_own_reports(make_client: Callable[..., TestClient]) -> None:
    client = make_client(auth=True)
    application: App = client.app.state.application  # type: ignore[attr-defined]  # a Starlette application
    ngos = []
    for name, province in (("own", "قم"), ("theirs", "یزد")):
        row = {"id": name, "text": ADDICTION.format(len(name)), "ngo": f"انجمن {name}", "province": province}
        put = application.ingest.submit(application.ingest.parse(row))
        assert put.report.ngo
        ngos.append(put.report.ngo.id)
    assert application.stores.reports.resolve_ngo(NgoRef(id=ngos[0])).id == ngos[0]
    application.stores.people.add("submitter", "submitter", PASSWORD, ngo=ngos[0])
    assert client.get("/coverage", follow_redirects=False).headers["location"].startswith("/login")
    login(client, "submitter")
    assert tiles(page(client)) == {"قم": "۱ گزارش"}
    assert tiles(page(client, f"/coverage?ngo={ngos[1]}")) == {"قم": "۱ گزارش"}


def test_a_gap_is_told_in_words_and_marked_in_the_matrix(application: App) -> None:
    names = Names(application)
    counts = {("addiction", "IR-23"): 40, ("livelihood", "IR-23"): 1}
    cells = tuple(
        Cell(domain, province, counts.get((domain, province), 0), min(1, counts.get((domain, province), 0)))
        for domain in ("addiction", "livelihood")
        for province in application.provinces.codes
    )
    reports = {"IR-23": 60, "IR-08": 30}
    totals = tuple(Total(code, reports.get(code, 0), min(1, reports.get(code, 0))) for code in application.provinces.codes)
    found = Coverage(("addiction", "livelihood"), application.provinces.codes, cells, totals, gaps(cells, reports))
    assert found.gaps == (Gap("addiction", "IR-08", 30, 13.3),)
    shown = grid(found, names, FilterInput())
    (hole,) = shown.holes
    assert (hole.province, hole.elsewhere, hole.there) == ("کرمان", "/reports?domain=addiction", "/reports?province=IR-08")
    lines = {line.box.code: line for _, group in shown.groups for line in group}
    assert [box.code for box in lines["addiction"].cells if box.gap] == ["IR-08"]
    assert [box.code for box in shown.provinces[:2]] == ["IR-23", "IR-08"]
    assert (shown.reports, shown.empty) == (90, 60)


def test_a_count_is_the_warmer_the_greater_it_is() -> None:
    heats = Heats([0, 1, 4, 9, 100])
    assert [heats.of(count) for count in (0, 1, 4, 9, 30, 99, 100)] == [0, 1, 1, 2, 3, 5, 5]
    assert heats.steps == [(1, 1, 7), (2, 8, 21), (3, 22, 40), (4, 41, 67), (5, 68, 100)]
    assert (Heats([3, 3]).of(3), Heats([3, 3]).steps, Heats([]).steps) == (3, [(3, 3, 3)], [])


def test_the_select_means_a_group_or_a_domain_and_a_year_gives_way_to_days(application: App) -> None:
    names = Names(application)
    wanted = chosen(FilterInput(), "addiction_and_health", "1402", names)
    assert (wanted.group, wanted.domain, wanted.since, wanted.until) == ("addiction_and_health", None, "1402", "1402")
    wanted = chosen(FilterInput.model_validate({"from": "1403"}), "addiction", "1402", names)
    assert (wanted.group, wanted.domain, wanted.since, wanted.until) == (None, "addiction", "1403", None)


def test_every_filter_goes_along_into_the_lists_and_the_file(filled: TestClient) -> None:
    html = page(filled, "/coverage?status=corrected")
    kept = parse_qs(urlsplit(html.css_first(".page-head a").attributes["href"]).query)
    assert kept["status"] == ["corrected"]
    for link in html.css(".matrix td a")[:1]:
        assert parse_qs(urlsplit(link.attributes["href"]).query)["status"] == ["corrected"]


def test_a_mistyped_year_hides_no_other(client: TestClient) -> None:
    for name, period in (("a", "1403"), ("b", "1499")):
        text = f"کارگاه ما در {period} برای زندانیان برگزار شد."
        client.post("/v1/reports", json={"id": name, "text": text, "period": period, "province": "قم"})
    assert "۱۴۰۳" in [each.text() for each in page(client).css("#year option")]
