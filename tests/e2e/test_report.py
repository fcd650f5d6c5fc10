"""The page of a report under the fingers: keys, marks, a second click, and without any script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site

pytestmark = pytest.mark.browser


def on_a_report(page: Page) -> str:
    """Takes the next one; returns its id."""
    page.goto("/queue")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/reports/.+from=queue"))
    return page.url.split("/reports/")[1].split("?")[0]


def test_one_key_each_for_next_previous_adding_and_accepting(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer")
    first = on_a_report(page)
    page.keyboard.press("n")
    page.wait_for_url(lambda url: first not in url.split("?")[0])
    second = page.url.split("/reports/")[1].split("?")[0]
    page.keyboard.press("p")
    page.wait_for_url(re.compile(f"/reports/{re.escape(first)}"))
    page.keyboard.press("d")
    expect(page.get_by_label("پیدا کن")).to_be_focused()
    page.keyboard.type("اعتیاد")
    expect(page.locator("#adding .choice:visible")).not_to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url(lambda url: f"/reports/{first}" not in url)
    assert site.application.stores.reports.get(first).status == "accepted"
    assert site.application.stores.reports.get(second).status == "pending"


def test_a_key_in_a_field_is_only_a_letter(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer")
    report_id = on_a_report(page)
    page.get_by_label("یادداشت").focus()
    page.keyboard.type("a n p d")
    expect(page.get_by_label("یادداشت")).to_have_value("a n p d")
    assert site.application.stores.reports.get(report_id).status == "pending"


def test_pointing_at_a_mark_says_what_it_is_and_how_sure(visit: Callable[..., Page]) -> None:
    page = visit("reviewer")
    on_a_report(page)
    mark = page.locator(".reader-text mark[data-tip*='٪']").first
    mark.focus()
    shown = mark.evaluate("node => getComputedStyle(node, '::after').content")
    assert "٪" in shown
    page.locator(".domain").first.hover()
    expect(page.locator(".domain.lit")).to_have_count(1)
    quote = page.locator("a.quote").first
    target = quote.get_attribute("href")
    quote.click()
    expect(page.locator(f"[id='{str(target)[1:]}']")).to_be_in_viewport()


def test_marked_words_become_what_a_summary_stands_on(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer")
    report_id = on_a_report(page)
    page.get_by_text("ویرایش خلاصه").click()
    expect(page.get_by_label("متن خلاصه")).to_be_focused()
    chosen = page.evaluate(
        """() => {
          const reader = document.querySelector(".reader-text");
          const walker = document.createTreeWalker(reader, NodeFilter.SHOW_TEXT);
          const first = walker.nextNode();
          let last = first;
          for (let count = 0; count < 3 && walker.nextNode(); count += 1) last = walker.currentNode;
          const range = document.createRange();
          range.setStart(first, 2);
          range.setEnd(last, Math.min(4, last.length));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          return range.toString();
        }"""
    )
    page.get_by_role("button", name="افزودن جملهٔ برگزیده در متن").click()
    page.get_by_label("متن خلاصه").fill("خلاصهٔ من")
    page.locator("#save").click()
    page.wait_for_url(lambda url: f"/reports/{report_id}" not in url)
    summary = site.application.stores.reports.get(report_id).summary
    assert summary
    assert chosen in [each.text for each in summary.sentences]


def test_the_whole_review_works_without_any_script(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer", scripts=False)
    page.goto("/queue")
    page.locator("form[action='/queue/next'] button").click()
    report_id = page.url.split("/reports/")[1].split("?")[0]
    page.get_by_text("ویرایش خلاصه").click()
    page.get_by_label("متن خلاصه").fill("بی‌اسکریپت")
    page.locator("#save").click()
    assert f"/reports/{report_id}?" not in page.url
    summary = site.application.stores.reports.get(report_id).summary
    assert summary
    assert summary.text == "بی‌اسکریپت"


def test_a_table_is_watched_and_its_bad_rows_are_told(visit: Callable[..., Page]) -> None:
    page = visit("submitter")
    rows = [
        "عنوان,متن",
        "کارگاه,کارگاه دوخت برای چهل زن سرپرست خانوار در محله برپا شد.",
        "بی‌متن,",
        "دوم,سی نفر در محله درمان شدند.",
    ]
    page.locator("#files").set_input_files({"name": "جدول.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()})
    upload = page.locator(".upload")
    expect(upload).to_contain_text("ردیف ۳", timeout=60_000)
    expect(upload).to_contain_text("۱ ردیف خوانده نشد")
    upload.get_by_role("link", name="گزارش‌های ثبت‌شده").click()
    expect(page.locator(".row")).to_have_count(2)


def test_a_second_click_stores_nothing_twice(visit: Callable[..., Page], site: Site) -> None:
    page = visit("submitter")
    before = site.application.stores.reports.stats().reports
    page.get_by_label("متن گزارش").fill("دوبار زدن دکمه نباید دو گزارش بسازد؛ ۲۰ نفر در این دوره شرکت کردند.")
    page.get_by_role("button", name="ثبت گزارش").dblclick()
    page.wait_for_url(re.compile(r"/reports/.+stored=yes"))
    assert site.application.stores.reports.stats().reports == before + 1


def test_a_server_that_is_away_loses_no_file(visit: Callable[..., Page]) -> None:
    page = visit("submitter")
    page.route("**/v1/reports", lambda route: route.abort())
    file = {"name": "یک.txt", "mimeType": "text/plain", "buffer": "سی نفر در محله ما درمان شدند و به کار برگشتند.".encode()}
    page.locator("#files").set_input_files(file)  # type: ignore[arg-type]
    expect(page.locator(".upload.bad")).to_contain_text("به سرور نرسیدیم")
    page.unroute("**/v1/reports")
    page.get_by_role("button", name="دوباره").click()
    expect(page.locator(".upload.good")).to_have_count(1)


def test_single_keys_can_be_switched_off_for_good(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer")
    report_id = on_a_report(page)
    page.get_by_label("کلیدهای تک‌حرفی").uncheck()
    page.locator("h1").click()
    page.keyboard.press("a")
    page.reload()
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.get_by_label("کلیدهای تک‌حرفی")).not_to_be_checked()
    assert site.application.stores.reports.get(report_id).status == "pending"


def test_the_button_says_what_it_will_do_after_an_error_too(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer")
    report_id = on_a_report(page)
    expect(page.locator("#save")).to_contain_text("پذیرفتن")
    page.locator(".domain input[type=checkbox]").first.uncheck()
    page.get_by_role("button", name="رد کردن").click()
    expect(page.locator("#problem")).to_contain_text("دلیل")
    expect(page.locator("#save")).to_contain_text("ثبت اصلاح")
    assert site.application.stores.reports.get(report_id).status == "pending"
