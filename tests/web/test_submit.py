"""Giving reports: a text tried or stored, and many files at once."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from docx import Document
from openpyxl import Workbook

from tests.web.conftest import TEXT, Visitor


def count(visitor: Visitor) -> int:
    return visitor.application.stores.reports.stats().reports


def test_trying_shows_everything_and_stores_nothing(visitor: Visitor) -> None:
    visitor.store("before", ngo="انجمن یک", title="پیشین")
    visitor.open("/submit")
    visitor.send("#text-form", "action=try", text=TEXT, title="آزمایش")
    assert (visitor.status, count(visitor)) == (200, 1)
    assert visitor.page.css_first(".reader-text").text() == TEXT
    assert visitor.page.css(".domain")
    assert visitor.page.css(".facts li")
    assert "پیشین" in visitor.text(".notice.danger")
    assert visitor.text("#text") == TEXT


def test_a_text_that_is_sent_twice_is_stored_once(visitor: Visitor) -> None:
    visitor.open("/submit")
    form = visitor.page
    visitor.send("#text-form", "action=store", text="\r\n".join(TEXT.split(". ")), title="ثبت", ngo="انجمن یک")
    assert visitor.path.endswith("?stored=yes")
    assert "ثبت و تحلیل شد" in visitor.text(".notice.calm")
    visitor.page = form
    visitor.send("#text-form", "action=store", text="\r\n".join(TEXT.split(". ")), title="ثبت", ngo="انجمن یک")
    assert count(visitor) == 1
    stored = next(iter(visitor.application.stores.reports.list(__import__("nlp.types").types.Filters(), 1).items))
    assert "\r" not in stored.text


def test_what_is_wrong_is_said_beside_its_field(visitor: Visitor) -> None:
    visitor.open("/submit")
    visitor.send("#text-form", "action=store", **{"text": " ", "from": "دیروز", "title": "نگه‌دار"})
    assert (visitor.status, count(visitor)) == (422, 0)
    assert "خالی" in visitor.text("#text-error")
    assert "دیروز" in visitor.text("#period-error")
    assert visitor.page.css_first("#title").attributes["value"] == "نگه‌دار"
    visitor.send("#text-form", "action=store", text="ب" * 100_001)
    assert "۱۰۰٬۰۰۰" in visitor.text("[role=alert]") or visitor.page.css_first("#text-error") is not None


def word_file(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def sheet() -> bytes:
    book = Workbook()
    page = book.active
    page.append(["عنوان", "متن"])
    page.append(["یک", TEXT + " یکم."])
    page.append(["دو", TEXT + " دوم."])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_ten_files_of_which_two_are_bad(visitor: Visitor) -> None:
    good = [(f"گزارش {number}.txt", f"{TEXT} شماره {number}".encode()) for number in range(6)]
    chosen = [*good, ("نامه.docx", word_file(TEXT + " در فایل.")), ("جدول.xlsx", sheet()),
              ("خالی.txt", b""), ("خراب.pdf", b"%PDF-1.4 broken")]  # fmt: skip
    visitor.open("/submit")
    answer = visitor.http.post("/submit/files", files=[("files", each) for each in chosen], data={"csrf": ""})
    visitor._read(answer)
    assert answer.status_code == 200
    assert [len(visitor.page.css(selector)) for selector in (".upload.good", ".upload.bad")] == [8, 2]
    bad = [" ".join(node.text().split()) for node in visitor.page.css(".upload.bad")]
    assert bad[0].startswith("خالی.txt")
    assert bad[1].startswith("خراب.pdf")
    assert all(len(each) > len("خراب.pdf") + 5 for each in bad)
    assert visitor.page.css_first("a[href^='/jobs/']") is not None
    visitor.http.post("/submit/files", data={"csrf": ""})
    assert count(visitor) >= 7


def test_an_ngo_sends_in_its_own_name_only(logged_in: Callable[..., Visitor]) -> None:
    admin = logged_in("root", "admin")
    admin.store("own", ngo="انجمن خودی")
    ngo = admin.application.stores.reports.get("own").ngo
    assert ngo
    submitter = logged_in("sub", "submitter", ngo.id)
    assert "انجمن خودی" in submitter.text("#text-form")
    submitter.send("#text-form", "action=store", text=TEXT + " نو.", ngo="انجمن دیگر")
    report_id = submitter.path.split("?")[0].rpartition("/")[2]
    stored = admin.application.stores.reports.get(report_id)
    assert stored.ngo
    assert stored.ngo.id == ngo.id
    assert submitter.page.css_first("#decision") is None


def test_the_samples_are_in_the_form(visitor: Visitor) -> None:
    visitor.open("/submit?sample=1")
    assert "بسمه تعالي" in visitor.text("#text")
    for odd in ("2", "-1"):
        visitor.open(f"/submit?sample={odd}")
        assert (visitor.status, visitor.text("#text")) == (200, "")


def test_a_form_that_was_gone_back_to_overwrites_nothing(visitor: Visitor) -> None:
    visitor.open("/submit")
    form = visitor.page
    visitor.send("#text-form", "action=store", text=TEXT)
    first = visitor.path
    visitor.page = form
    visitor.send("#text-form", "action=store", text=TEXT + " گزارش دیگری.")
    assert visitor.path != first
    assert count(visitor) == 2


def test_files_that_are_sent_twice_are_stored_once(visitor: Visitor) -> None:
    visitor.open("/submit")
    key = visitor.page.css_first("#files-form input[name=id]").attributes["value"]
    for _ in range(2):
        answer = visitor.http.post("/submit/files", files=[("files", ("یک.txt", TEXT.encode()))], data={"id": key})
        assert answer.text.count("upload good") == 1
    assert count(visitor) == 1


def test_an_odd_file_name_keeps_no_other_file_from_its_place(visitor: Visitor) -> None:
    names = ("خوب.txt", "a." + "ش" * 150, "b.\x00", "..", "c.txt")
    files = [("files", (name, f"{TEXT} {name!a}".encode())) for name in names]
    visitor._read(visitor.http.post("/submit/files", files=files))
    assert visitor.status == 200
    assert [len(visitor.page.css(selector)) for selector in (".upload.good", ".upload.bad")] == [2, 3]
    assert visitor.http.post("/v1/reports", files={"file": files[1][1]}).status_code == 422


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59", "0001-01-01", "0001-01-01T00:00:00+23:59", "0600-01-01"])
def test_a_time_beyond_the_calendar_breaks_no_page(visitor: Visitor, time: str) -> None:
    table = f"text,submitted_at\n{TEXT},{time}\n".encode()
    visitor.http.post("/submit/files", files=[("files", ("t.csv", table))])
    visitor.open("/reports")
    assert visitor.status == 200
    assert visitor.http.post("/v1/reports", json={"text": TEXT, "submitted_at": time}).status_code == 422


@pytest.mark.parametrize("odd", [".", "..", "abc\n", "a/b"])
def test_an_id_is_no_part_of_an_address_that_means_something_else(visitor: Visitor, odd: str) -> None:
    assert visitor.http.post("/v1/reports", json={"text": TEXT, "id": odd}).status_code == 422
