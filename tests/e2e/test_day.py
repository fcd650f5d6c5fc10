"""A reviewer's working day in a real browser, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import WIDTHS, Site, overflow, own_texts

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_working_day(visit: Callable[..., Page], site: Site, tmp_path: Path, width: int) -> None:
    page = visit("admin", width)
    expect(page).to_have_url(re.compile(r"/queue$"))
    assert overflow(page) == 0
    report_id = take_and_judge_the_duplicate(page)
    correct_domain_and_summary(page, site, report_id, f"خلاصهٔ ویراسته {width}")
    open_the_dossier(page, site, report_id)
    assert report_id in download_a_sheet(page, tmp_path)
    submit_ten_files(page, f"پایان نوبت {width}")


def take_and_judge_the_duplicate(page: Page) -> str:
    """The copy is the most urgent: it is shown beside what it was copied from. Returns its id."""
    page.get_by_role("button", name=re.compile("گرفتن گزارش بعدی")).click()
    expect(page).to_have_url(re.compile(r"/reports/.+from=queue"))
    expect(page.get_by_role("heading", name="شاید پیش‌تر فرستاده شده باشد")).to_be_visible()
    expect(page.locator("#duplicates tbody tr").first).to_be_visible()
    assert overflow(page) == 0
    page.locator("#duplicates").get_by_role("button", name="تکراری است").first.click()
    expect(page.locator("#duplicates")).to_contain_text("بازبین: تکراری است.")
    return page.url.split("/reports/")[1].split("?")[0]


def correct_domain_and_summary(page: Page, site: Site, report_id: str, summary: str) -> None:
    before = site.application.stores.reports.get(report_id).domains
    page.get_by_text("افزودن حوزه").click()
    page.get_by_label("پیدا کن").fill("اعتیاد")
    choice = page.locator("#adding .choice:visible input").first
    added = choice.get_attribute("value")
    choice.check()
    page.get_by_text("ویرایش خلاصه").click()
    page.get_by_label("متن خلاصه").fill(summary)
    expect(page.locator("#save")).to_contain_text("ثبت اصلاح")
    page.locator("#save").click()
    page.wait_for_url(lambda url: f"/reports/{report_id}?" not in url)
    after = site.application.stores.reports.get(report_id)
    assert (after.status, set(after.domains)) == ("corrected", {*before, added})
    assert after.summary
    assert after.summary.text == summary
    assert after.summary.sentences


def open_the_dossier(page: Page, site: Site, report_id: str) -> None:
    ngo = site.application.stores.reports.get(report_id).ngo
    assert ngo
    page.goto(f"/reports/{report_id}")
    page.locator(".reader .about a").first.click()
    expect(page.locator("h1")).to_contain_text(ngo.name)
    assert overflow(page) == 0


def download_a_sheet(page: Page, folder: Path) -> list[Any]:
    """Of what was corrected; returns its first column."""
    page.goto("/reports?status=corrected")
    page.get_by_role("link", name="خروجی این فهرست").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="گرفتن فایل").click()
    sheet = folder / "reports.xlsx"
    caught.value.save_as(sheet)
    return [row[0] for row in load_workbook(sheet).worksheets[0].iter_rows(values_only=True)]


def submit_ten_files(page: Page, ending: str) -> None:
    """Two of them bad."""
    page.goto("/submit")
    files: list[Any] = [
        {"name": f"گزارش {number}.txt", "mimeType": "text/plain", "buffer": f"{text}\n{ending}".encode()}
        for number, text in enumerate(own_texts()[:8])
    ]
    files += [
        {"name": "خالی.txt", "mimeType": "text/plain", "buffer": b""},
        {"name": "خراب.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"},
    ]
    page.locator("#files").set_input_files(files)
    expect(page.locator(".upload.good")).to_have_count(8, timeout=60_000)
    expect(page.locator(".upload.bad")).to_have_count(2)
    expect(page.locator(".upload.bad").filter(has_text="خالی.txt")).to_contain_text("این فایل خالی است.")
    assert overflow(page) == 0
    page.locator(".upload.good a").first.click()
    expect(page.locator(".reader-text")).to_contain_text(ending)
