"""What people see of an analysis: domains, evidence at its place, summary, doubts, neighbours."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Route, expect

from nlp.types import FactKind, QualityCode, RejectCode, ReviewReason
from nlp.wire import to_json

from .stub import analyse, make_report

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def answer(page: Page, body: dict[str, Any], path: str = "**/v1/analyze") -> None:
    """Makes the API answer `path` with `body`."""

    def fulfil(route: Route) -> None:
        route.fulfill(json=body)

    page.route(path, fulfil)


def analyse_sample(page: Page, name: str = "متن پاکیزه") -> dict[str, Any]:
    """Analyses one of the page's own samples; returns what the API answered."""
    page.goto("/")
    page.get_by_role("button", name=name).click()
    expect(page.locator("#text")).not_to_have_value("")
    with page.expect_response("**/v1/analyze") as caught:
        page.get_by_role("button", name="تحلیل", exact=True).click()
    expect(page.locator("#reader")).to_be_visible()
    body: dict[str, Any] = caught.value.json()
    return body


def marked(page: Page, code: str) -> str:
    """All marked text of one domain, put together."""
    texts: list[str] = page.locator(f"#reader mark[data-domains~='{code}']").all_text_contents()
    return "".join(texts)


def a_hit(identifier: str, title: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"ngo": None, "province": None, "period": None, "domains": [], "status": "pending"}
    report = {"id": identifier, "title": title, **empty, **more}
    return {"report": report, "rank": 1, "score": 1.0, "similarity": 0.5, "bm25": None, "passage": None}


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{item['id']}: {item['nodes'][0]['html'][:160]}" for item in found]


def test_the_answer_is_shown_part_by_part(page: Page) -> None:
    body = analyse_sample(page)
    cards = page.locator("#result .domain")
    assert cards.count() == len(body["domains"])
    for domain in body["domains"]:
        card = page.locator(f"#result .domain[data-code='{domain['code']}']")
        expect(card).to_contain_text(domain["fa"])
        expect(card).to_contain_text("✓ نسبت داده شد" if domain["assigned"] else "نسبت داده نشد")
    assert page.locator("#result .sentence-link").count() == len(body["summary"]["sentences"])
    assert page.locator("#review li").count() == len(body["review_reasons"])
    expect(page.locator(".provenance")).to_contain_text(body["provenance"]["model"])
    expect(page.locator(".provenance")).to_contain_text(re.compile("[۰-۹]{4}"))
    expect(page.locator("#similar")).to_contain_text(re.compile("شباهت|مشابهی"))


def test_evidence_is_marked_at_its_offsets(page: Page) -> None:
    body = analyse_sample(page)
    assigned = [domain for domain in body["domains"] if domain["assigned"]]
    for domain in assigned:
        page.locator(f"#result .domain[data-code='{domain['code']}']").hover()
        spans = sorted(domain["evidence"], key=lambda span: (span["field"] == "text", span["start"]))
        assert marked(page, domain["code"]) == "".join(span["text"] for span in spans)


def test_the_text_shown_is_the_text_sent(page: Page) -> None:
    page.goto("/")
    text = "خط یکم درباره اعتیاد.\n\n\tخط دوم  با دو فاصله و ‌نیم‌فاصله و ي عربي. 👩‍⚕️ پایان این متن کوتاه."
    page.locator("#text").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".reader-text")).to_be_visible()
    assert page.locator(".reader-text").text_content() == text


def test_offsets_count_code_points_and_spans_may_overlap(page: Page) -> None:
    text = "👨‍👩‍👧🏽 طرح ۲۰ خانواده 🎉 در ترک اعتیاد 🌱 موفق بود و زنان کار یافتند."
    data = to_json(analyse("ترک اعتیاد شیشه.", "گزارش 🌸 اعتیاد"))

    def span(part: str, field: str = "text", within: str = text) -> dict[str, Any]:
        return {"field": field, "start": within.index(part), "end": within.index(part) + len(part), "text": part, "score": 0.9}

    names = {
        "domains": [
            ("addiction", "ترک اعتیاد 🌱 موفق"),
            ("women_empowerment", "🌱 موفق بود و زنان"),
            ("livelihood", "۲۰ خانواده 🎉 در"),
        ]
    }
    data["domains"] = [
        {"code": code, "fa": code, "probability": 0.9, "assigned": True, "method": "head", "evidence": [span(part)]}
        for code, part in names["domains"]
    ]
    data["domains"][0]["evidence"].append(span("اعتیاد", "title", "گزارش 🌸 اعتیاد"))
    data["domains"][2]["evidence"].append({**span("موفق"), "start": 1, "end": 5})
    data["summary"] = {"text": text, "method": "extractive", "headline": None, "sentences": [span(text)]}
    data["facts"] = data["plans"] = []
    answer(page, data)
    page.goto("/")
    page.locator("#title").fill("گزارش 🌸 اعتیاد")
    page.locator("#text").fill(text)
    page.get_by_role("button", name="تحلیل", exact=True).click()
    expect(page.locator("#reader")).to_be_visible()
    assert page.locator(".reader-text").text_content() == text
    assert marked(page, "addiction") == "اعتیادترک اعتیاد 🌱 موفق"
    assert marked(page, "women_empowerment") == "🌱 موفق بود و زنان"
    assert marked(page, "livelihood") == "۲۰ خانواده 🎉 در", "a span that does not match the text is not marked"
    assert page.locator("mark[data-domains='addiction women_empowerment']").all_text_contents() == ["🌱 موفق"]


def test_a_domain_shows_its_own_evidence_and_escape_goes_back(page: Page) -> None:
    text = "درباره ترک اعتیاد کار کردیم. زنان سرپرست خانوار آمدند. ترک شیشه و اعتیاد. زنان و مادران باز آمدند."
    answer(page, to_json(analyse(text)))
    page.goto("/")
    page.locator("#text").fill(text)
    page.keyboard.press("Control+Enter")
    name = page.locator(".domain[data-code='women_empowerment'] .domain-name")
    expect(name).to_be_visible()
    assert marked(page, "addiction") != ""
    name.focus()
    assert marked(page, "addiction") == ""
    page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-pressed", "true")
    expect(page.locator("mark:focus")).to_have_attribute("data-domains", "women_empowerment")
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-pressed", "false")


def test_pointing_at_evidence_lights_its_domains(page: Page) -> None:
    analyse_sample(page)
    mark = page.locator(".reader-text mark[data-domains]:not([data-domains=''])").first
    mark.hover()
    codes = (mark.get_attribute("data-domains") or "").split()
    lit = {card.get_attribute("data-code") for card in page.locator(".domain.lit").all()}
    assert codes != []
    assert set(codes) <= lit


def test_a_summary_sentence_leads_to_its_place(page: Page) -> None:
    body = analyse_sample(page)
    page.locator(".sentence-link").first.click()
    focused = page.locator("mark:focus").text_content() or ""
    assert focused != ""
    assert body["summary"]["sentences"][0]["text"].startswith(focused)


def test_a_dirty_text_says_what_was_repaired(page: Page) -> None:
    body = analyse_sample(page, "متن آشفته")
    codes = {note["code"] for note in body["quality"]}
    assert "arabic_letters" in codes
    expect(page.locator(".quality li[data-code='arabic_letters']")).to_contain_text("ي")
    assert {item.get_attribute("data-code") for item in page.locator(".quality li").all()} == codes


def test_markup_in_a_report_is_only_text(page: Page) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    text = f"درباره اعتیاد {attack} و ترک اعتیاد در شش ماه گذشته کار کردیم."
    data = to_json(analyse(text, attack))
    data["domains"][0]["fa"] = data["provenance"]["model"] = attack
    answer(page, data)
    hit = a_hit("<b>", attack, province=attack, ngo={"id": "1", "name": attack, "registration_number": None}, domains=[attack])
    hit["passage"] = {"field": "text", "start": 0, "end": 3, "text": attack}
    answer(page, {"items": [hit], "next": None}, "**/v1/search")
    page.goto("/")
    page.locator("#more summary").click()
    for field, value in {"#text": text, "#title": attack, "#ngo": attack}.items():
        page.locator(field).fill(value)
    page.locator("#analyze").click()
    expect(page.locator(".hit")).to_have_count(1)
    assert page.locator("#main img, #main script").count() == 0
    assert (page.locator("#reader").text_content() or "").count(attack) == 3
    expect(page.locator(".hit")).to_contain_text(attack)
    expect(page.locator(".domain").first).to_contain_text(attack)


def test_probability_never_claims_certainty(page: Page) -> None:
    data = to_json(analyse("ترک اعتیاد. ترک اعتیاد. ترک."))
    data["domains"] = [{**data["domains"][0], "probability": 0.9999, "evidence": []}]
    answer(page, data)
    page.goto("/")
    page.locator("#text").fill("ترک اعتیاد")
    expect(page.locator("#text-hint")).to_contain_text("کمتر از ۸ واژه")
    page.locator("#analyze").click()
    expect(page.locator(".domain .percent")).to_contain_text("بیش از ۹۹")


def test_every_code_of_the_interface_has_its_persian_words(page: Page) -> None:
    page.goto("/")
    words = page.evaluate("import('/static/js/words.js').then((m) => JSON.parse(JSON.stringify(m)))")
    for name, codes in {"REASONS": ReviewReason, "QUALITY": QualityCode, "KINDS": FactKind, "REJECTS": RejectCode}.items():
        assert set(words[name]) == set(get_args(codes))


def test_periods_are_jalali(page: Page) -> None:
    expected: list[tuple[dict[str, str | None] | None, str]] = [
        ({"from": "2023-03-21", "to": "2024-03-19"}, "سال ۱۴۰۲"),
        ({"from": "2022-03-21", "to": "2024-03-19"}, "سال ۱۴۰۱ تا ۱۴۰۲"),
        ({"from": "2024-07-22", "to": "2024-08-21"}, "مرداد ۱۴۰۳"),
        ({"from": "2024-07-22", "to": "2024-09-21"}, "مرداد ۱۴۰۳ تا شهریور ۱۴۰۳"),
        ({"from": "2024-08-02", "to": "2024-08-02"}, "۱۲ مرداد ۱۴۰۳"),
        ({"from": "2024-08-02", "to": None}, "از ۱۲ مرداد ۱۴۰۳"),
        ({"from": None, "to": "2024-08-02"}, "تا ۱۲ مرداد ۱۴۰۳"),
        ({"from": "1403/05", "to": "1403/06"}, "۱۴۰۳/۰۵ تا ۱۴۰۳/۰۶"),
        (None, ""),
    ]
    page.goto("/")
    shown = page.evaluate(
        "(all) => import('/static/js/fa.js').then((m) => all.map(m.period))", [value for value, _ in expected]
    )
    assert shown == [text for _, text in expected]


def test_the_repaired_summary_is_cut_where_its_sentences_are(page: Page) -> None:
    summaries: list[tuple[str, list[str], list[str] | None]] = [
        ("کار می‌کنند. ۱۲ نفر آمدند.", ["كار ميكنند.", "12 نفر\nآمدند."], ["کار می‌کنند.", "۱۲ نفر آمدند."]),
        ("«یک» گفت. (دو) شد!", ["«یک» گفت.", "(دو) شد!"], ["«یک» گفت.", "(دو) شد!"]),
        ("چیز دیگر.", ["این نیست."], None),
    ]
    given = [{"text": text, "sentences": [{"text": sentence} for sentence in sentences]} for text, sentences, _ in summaries]
    page.goto("/")
    cut = page.evaluate("(all) => import('/static/js/text.js').then((m) => all.map(m.alignSummary))", given)
    assert cut == [parts for _, _, parts in summaries]


def test_a_long_report_with_many_spans_is_drawn_at_once(page: Page) -> None:
    sentence = "ترک اعتیاد 🌱 در محله. "
    text = sentence * 4000
    data = to_json(analyse("ترک اعتیاد."))
    spans = [
        {"field": "text", "start": i * len(sentence), "end": i * len(sentence) + 10, "text": "ترک اعتیاد", "score": 0.5}
        for i in range(400)
    ]
    data["domains"][0] |= {"assigned": True, "evidence": spans}
    data["summary"]["sentences"] = []
    answer(page, data)
    page.goto("/")
    page.locator("#text").fill(text)
    milliseconds = page.evaluate(
        """async (spans) => {
          const { pieces } = await import('/static/js/text.js');
          const text = document.getElementById('text').value;
          const start = performance.now();
          pieces(text, spans.map((span, id) => ({ ...span, id })));
          return performance.now() - start;
        }""",
        spans,
    )
    assert milliseconds < 500
    page.locator("#analyze").click()
    expect(page.locator("#reader mark")).to_have_count(400)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_state_is_accessible_and_fits(browser: Browser, live_server: str, width: int, scheme: Any) -> None:
    context = browser.new_context(
        base_url=live_server, viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/")

    def check(state: str) -> None:
        assert complaints(page) == [], state
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, state

    page.locator("#more summary").click()
    check("form")
    page.locator("input[name=mode][value=file]").check(force=True)
    check("file")
    page.get_by_role("button", name="خواندن و ثبت پرونده").click()
    check("form error")
    analyse_sample(page)
    expect(page.locator("#similar .hit, #similar .empty").first).to_be_visible()
    page.locator("details.possible summary").or_(page.locator("#result h2").first).first.click()
    page.locator(".domain-name").first.click()
    check("result")
    context.close()


def test_everything_comes_from_the_server_itself(page: Page, live_server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    analyse_sample(page)
    assert [url for url in asked if not url.startswith(live_server)] == []
    assert "style=" not in page.request.get("/").text()


def test_the_page_prints_without_its_controls(page: Page) -> None:
    analyse_sample(page)
    page.emulate_media(media="print")
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator(".reader-text")).to_be_visible()
    expect(page.locator(".domain").first).to_be_visible()


def test_search_finds_or_says_that_it_did_not(page: Page) -> None:
    page.goto("/")
    page.locator("#q").fill("سازش در دهستان")
    page.keyboard.press("Enter")
    expect(page.locator(".search-results .hit, .search-results .empty").first).to_be_visible()
    page.reload()
    expect(page.locator("#q")).to_have_value("سازش در دهستان")
    answer(page, {"items": [], "next": None}, "**/v1/search?*")
    page.reload()
    expect(page.locator(".search-results")).to_contain_text("گزارشی پیدا نشد")


def test_an_analysis_survives_a_look_at_another_report(page: Page) -> None:
    stored = to_json(make_report({"id": "other", "title": "گزارش دیگر", "text": "ترک اعتیاد."}))
    answer(page, {"items": [a_hit("other", "گزارش دیگر")], "next": None}, "**/v1/search")
    answer(page, {"items": [], "next": None}, "**/v1/reports/other/similar")
    answer(page, stored, "**/v1/reports/other")
    analyse_sample(page)
    title = page.locator(".reader-title").text_content()
    page.get_by_role("link", name="گزارش دیگر").click()
    expect(page).to_have_url(re.compile(r"\?report=other$"))
    expect(page.locator(".reader-title")).to_have_text("گزارش دیگر")
    page.go_back()
    expect(page.locator(".reader-title")).to_have_text(title or "")
