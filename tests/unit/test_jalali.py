from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp.errors import InvalidInput
from nlp.text.jalali import format_jalali, parse_date, parse_period
from nlp.types import Period


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1403", "2024-03-20", "2025-03-20"),
        ("سال ۱۴۰۲", "2023-03-21", "2024-03-19"),
        ("۱۴۰۳/۰۵", "2024-07-22", "2024-08-21"),
        ("١٤٠٣-٥", "2024-07-22", "2024-08-21"),
        ("1403/05/12", "2024-08-02", "2024-08-02"),
        ("۱۴۰۳.۵.۱۲", "2024-08-02", "2024-08-02"),
        ("12/05/1403", "2024-08-02", "2024-08-02"),
        ("05/1403", "2024-07-22", "2024-08-21"),
        (" 1403 / 12 / 30 ", "2025-03-20", "2025-03-20"),
        ("1402/12", "2024-02-20", "2024-03-19"),
        ("2024-03-20", "2024-03-20", "2024-03-20"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023/12", "2023-12-01", "2023-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-03-20 00:00:00", "2024-03-20", "2024-03-20"),
        ("2024-03-20T10:00:00.5Z", "2024-03-20", "2024-03-20"),
        ("مهر ۱۴۰۱", "2022-09-23", "2022-10-22"),
        ("15 مهرماه ۱۴۰۱", "2022-10-07", "2022-10-07"),
        ("دی\u200cماه سال 1402", "2023-12-22", "2024-01-20"),
        ("بهار ۱۴۰۲", "2023-03-21", "2023-06-21"),
        ("نيمه\u200cدوم ۱۴۰۲", "2023-09-23", "2024-03-19"),
        ("سه\u200cماهه سوم ۱۴۰۲", "2023-09-23", "2023-12-21"),
        ("1402/01 تا 1402/12", "2023-03-21", "2024-03-19"),
        ("از ۱۴۰۲/۰۱/۱۵ تا ۱۴۰۲/۰۲", "2023-04-04", "2023-05-21"),
        ("از مهر تا آذر ۱۴۰۲", "2023-09-23", "2023-12-21"),
        ("فروردین ۱۴۰۱ لغایت اسفند ۱۴۰۱", "2022-03-21", "2023-03-20"),
        ("1402/01 - 1402/12", "2023-03-21", "2024-03-19"),
        ("1402/01–1402/12", "2023-03-21", "2024-03-19"),
        ("1402-01-1402-12", "2023-03-21", "2024-03-19"),
        ("1402-1403", "2023-03-21", "2025-03-20"),
        ("1402-05-06-1402-07-08", "2023-07-28", "2023-09-30"),
        ("2023-01-01 to 2023-06-30", "2023-01-01", "2023-06-30"),
        ("1402 تا 2024-06", "2023-03-21", "2024-06-30"),
        ("\u200f۱۴۰۳/۰۵\u202c", "2024-07-22", "2024-08-21"),
    ],
)
def test_periods_are_widened_to_their_first_and_last_day(text: str, first: str, last: str) -> None:
    assert parse_period(text) == days(first, last)


def test_open_ends() -> None:
    assert parse_period("از ۱۴۰۲") == Period(date(2023, 3, 21), None)
    assert parse_period("۱۴۰۲ تاکنون") == Period(date(2023, 3, 21), None)
    assert parse_period("تا ۱۴۰۲/۰۶") == Period(None, date(2023, 9, 22))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "سلام",
        "0",
        "99",
        "1299",
        "1501",
        "1899",
        "2101",
        "1600/01",
        "1403/13",
        "1403/0",
        "1403/00/05",
        "1403/05/0",
        "1403/12/31",
        "1404/12/30",
        "1402/12/30",
        "1403/07/31",
        "2023-02-29",
        "2023-13-01",
        "03/04/2024",
        "مهر",
        "31 مهر 1402",
        "3 بهار 1402",
        "1402/01 تا",
        "تا",
        "1402/01 تا 12",
        "1402/01 - 1402/02 - 1402/03",
        "1403/05/12/01",
        "1" * 200,
        "-" * 90,
    ],
)
def test_nonsense_and_impossible_days_are_refused_in_persian(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a date") as refused:
        parse_period(text)
    assert "شناخته نشد" in refused.value.message
    assert len(refused.value.message) < 160


@pytest.mark.parametrize("text", ["1402/12 تا 1402/01", "۱۴۰۳-۱۴۰۲"])
def test_a_period_that_ends_before_it_starts_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="ends before it starts"):
        parse_period(text)


def test_one_date_has_a_first_and_a_last_day() -> None:
    assert parse_date("۱۴۰۳/۰۵", last=False) == date(2024, 7, 22)
    assert parse_date("۱۴۰۳/۰۵", last=True) == date(2024, 8, 21)
    for text in ("1402 تا 1403", "1402-1403", "از 1402", "دیروز"):
        with pytest.raises(InvalidInput):
            parse_date(text, last=True)


def test_leap_years_are_those_of_the_official_calendar() -> None:
    leap = [1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408]
    assert [year for year in range(1370, 1409) if parse_date(str(year), last=True).toordinal() in _last_days(leap)] == leap


def _last_days(years: list[int]) -> set[int]:
    return {parse_date(f"{year}/12/30", last=True).toordinal() for year in years}


def test_dates_are_shown_in_persian_digits() -> None:
    assert format_jalali(date(2024, 8, 2)) == "۱۴۰۳/۰۵/۱۲"


@given(st.dates(date(1921, 3, 21), date(2100, 12, 31)))
@example(date(2025, 3, 20))
def test_what_is_shown_is_read_again(day: date) -> None:
    assert parse_period(format_jalali(day)) == Period(day, day)
    assert parse_period(day.isoformat()) == Period(day, day)


@given(st.integers(1300, 1500))
def test_months_follow_each_other_without_a_gap(year: int) -> None:
    months = [parse_period(f"{year}/{month}") for month in range(1, 13)]
    for before, after in itertools.pairwise(months):
        assert before.end is not None
        assert after.start == before.end + timedelta(days=1)
    assert Period(months[0].start, months[-1].end) == parse_period(str(year))


@given(st.text(alphabet="0123456789۰۱۴/-. تااز مهر", max_size=40))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = parse_period(text)
    except InvalidInput:
        return
    assert period.start or period.end
