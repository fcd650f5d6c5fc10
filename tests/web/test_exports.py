"""Lists as files and long tasks, as people ask for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nlp.types import Filters
from service.web.routes import exports
from tests.api.test_reports import finished
from tests.web.conftest import Visitor


def fill(visitor: Visitor) -> None:
    for number, province in enumerate(("قم", "قم", "یزد")):
        visitor.store(f"r-{number}", province=province, title=f"گزارش {number}", period=f"{1401 + number}")


def job(visitor: Visitor, kind: str = "import", owner: str = "ip:testclient", **payload: Any) -> str:
    return visitor.application.stores.jobs.create(kind, payload, owner).id


def test_a_list_is_counted_and_taken_in_the_format_that_is_chosen(visitor: Visitor) -> None:
    fill(visitor)
    page = visitor.open("/export?province=IR-25")
    assert visitor.text(".lead") == "۲ گزارش در فایل می‌آید."
    assert [each.attributes["value"] for each in page.css("input[name=format]")] == ["xlsx", "csv", "jsonl", "parquet"]
    visitor.send("form.card", format="csv")
    assert visitor.answer is not None
    assert visitor.answer.headers["content-disposition"] == 'attachment; filename="reports.csv"'
    assert visitor.answer.text.count("\nr-") == 2
    entry = visitor.application.stores.audit.list(1).items[0]
    assert (entry.action, entry.detail["reports"], entry.detail["filters"]) == ("export", 2, {"province": "IR-25"})


def test_filters_and_formats_that_mean_nothing_are_said_in_the_page(visitor: Visitor) -> None:
    fill(visitor)
    visitor.open("/export?from=دیروز")
    assert (visitor.status, "دیروز" in visitor.text(".notice")) == (422, True)
    visitor.open("/export?province=IR-08")
    assert "گزارشی با این ویژگی‌ها نیست" in visitor.text(".empty-state")
    visitor.open("/export")
    visitor.send("form.card", format="exe")
    assert (visitor.status, visitor.text(".notice"), visitor.text(".lead")) == (
        422, "یکی از قالب‌ها را برگزینید.", "۳ گزارش در فایل می‌آید."
    )  # fmt: skip


def test_every_filter_of_a_list_reaches_its_file(visitor: Visitor) -> None:
    fill(visitor)
    page = visitor.open("/export?needs_review=true&status=pending&from=1402&domain=")
    kept = {each.attributes["name"]: each.attributes["value"] for each in page.css("form.card input[type=hidden]")}
    wanted = {"needs_review": "true", "status": "pending", "from": "1402"}
    assert {name: value for name, value in kept.items() if name != "csrf"} == wanted
    found = visitor.application.stores.reports.count(Filters(needs_review=True, status="pending", since=date(2023, 3, 21)))
    visitor.send("form.card", format="jsonl")
    assert visitor.answer is not None
    assert len(visitor.answer.text.splitlines()) == found
    answer = visitor.http.post("/export", data={"format": "csv", "status": "magic"})
    assert answer.status_code == 422


def test_a_long_list_becomes_a_job_whose_page_leads_to_the_file(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(visitor)
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    visitor.open("/export")
    assert "در پس‌زمینه ساخته می‌شود" in visitor.text(".lead")
    visitor.send("form.card", format="csv")
    assert visitor.path.startswith("/jobs/")
    finished(visitor.http, visitor.path.rpartition("/")[2])
    visitor.open(visitor.path)
    assert (visitor.text("#state"), visitor.text(".job-count")) == ("پایان یافت", "۳ از ۳")
    link = visitor.page.css_first("a.primary").attributes["href"]
    assert visitor.http.get(str(link)).text.count("\nr-") == 3
    assert visitor.page.css_first("meta[http-equiv=refresh]") is None


def test_a_running_job_refreshes_itself_and_is_cancelled(logged_in: Callable[..., Visitor]) -> None:
    visitor = logged_in("reviewer", "reviewer")
    other = logged_in("other", "reviewer")
    name = job(visitor, owner="user:somebody")
    visitor.open(f"/jobs/{name}")
    assert visitor.status == 404
    own = visitor.application.stores.jobs
    name = ""
    while (held := own.claim("me", 600)) is None or held.id != name:  # until the server's own worker did not come first
        name = job(visitor, owner="user:reviewer", name="گزارش‌ها.xlsx", folder="x", fields={}, ngo=None)
    own.progress(name, "me", 3, 12, [], 600)
    page = visitor.open(f"/jobs/{name}")
    assert (visitor.text("#state"), visitor.text(".job-count")) == ("در حال انجام", "۳ از ۱۲")
    assert page.css_first("noscript").html is not None
    assert 'http-equiv="refresh"' in page.css_first("head").html
    assert visitor.text(".page-head p") == "فایل گزارش‌ها.xlsx"
    other.open(f"/jobs/{name}")
    assert other.status == 404
    visitor.send("form.actions")
    assert (visitor.path, visitor.text("#state")) == (f"/jobs/{name}", "لغو شد")
    assert "refresh" not in visitor.page.css_first("head").html


def test_what_an_import_refused_is_listed_with_its_place(visitor: Visitor) -> None:
    rows = "متن,عنوان\n,بی‌متن\n«انجمن ما برای زندانیان قم کارگاه برگزار کرد.»,یک\n«کلاس سواد برای زنان یزد برپا شد.»,دو\n"
    made = visitor.http.post("/v1/reports", files={"file": ("گزارش‌ها.csv", rows.encode(), "text/csv")})
    assert made.status_code == 202
    finished(visitor.http, made.json()["id"])
    visitor.open(f"/jobs/{made.json()['id']}")
    cells = [" ".join(each.text().split()) for each in visitor.page.css(".refused tbody td")]
    assert (cells[0], cells[2]) == ("گزارش‌ها.csv", "۲")
    assert "متنی برای خواندن نیست" in cells[3]
    link = visitor.page.css_first("a.primary").attributes["href"]
    assert link == f"/reports?job={made.json()['id']}"
    assert visitor.application.stores.reports.count(Filters(job=made.json()["id"])) == 2
    assert "۲ گزارش ثبت شد و ۱ ردیف نشد." in visitor.text(".card")


def test_who_exports_without_the_right_is_refused_and_an_analyst_gets_a_masked_file(logged_in: Callable[..., Visitor]) -> None:
    reviewer, analyst = logged_in("reviewer", "reviewer"), logged_in("analyst", "analyst")
    reviewer.store("r", "انجمن ما کارگاه برگزار کرد. تلفن ما ۰۹۱۲۳۴۵۶۷۸۹ است.")
    reviewer.open("/export")
    assert reviewer.status == 403
    analyst.open("/export")
    assert "پوشیده است" in analyst.text("form.card .hint")
    analyst.send("form.card", format="jsonl")
    assert analyst.answer is not None
    assert '"id": "r"' in analyst.answer.text.replace('":"', '": "')
    assert "۰۹۱۲۳۴۵۶۷۸۹" not in analyst.answer.text


def test_a_job_that_failed_says_why(visitor: Visitor) -> None:
    jobs = visitor.application.stores.jobs
    job = jobs.create("export", {"format": "xlsx", "filters": {"domain": "x"}, "masked": False}, "ip:testclient")
    claimed = jobs.claim("w", 60)
    assert claimed
    problem = {
        "file": None,
        "sheet": None,
        "row": None,
        "code": "too_many",
        "message": "برای یک برگه بیش از اندازه است.",
        "detail": None,
    }
    jobs.progress(job.id, "w", 0, None, [problem], 60)
    jobs.finish(job.id, "w", "failed", None)
    visitor.open(f"/jobs/{job.id}")
    assert visitor.status == 200
    assert "برای یک برگه بیش از اندازه است." in visitor.text("main")
