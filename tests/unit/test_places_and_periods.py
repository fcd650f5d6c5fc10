"""Provinces, cities and periods in running text."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.facts.periods import find_periods, overall
from nlp.facts.places import Gazetteer
from nlp.provinces import Provinces
from nlp.shipped import DATA


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(Provinces.load(DATA / "provinces.yaml"))


def test_names_become_codes(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("در شهرستان بم، بندرعباس و استان مرکزی")
    assert [(each.province, each.city) for each in found] == [("IR-08", "بم"), ("IR-22", "بندرعباس"), ("IR-00", None)]


def test_a_common_word_is_no_place(gazetteer: Gazetteer) -> None:
    assert not gazetteer.find("دفتر مرکزی پر از نور بود و در میانه کار، خیلی دیر شد")


def test_a_name_with_or_without_half_space_is_one(gazetteer: Gazetteer) -> None:
    assert [each.city for each in gazetteer.find("صومعه‌سرا و صومعه سرا")] == ["صومعه‌سرا", "صومعه سرا"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("از مهر تا اسفند ۱۴۰۲ کار شد", date(2023, 9, 23), date(2024, 3, 19)),
        ("در سال ۱۴۰۲ بود", date(2023, 3, 21), date(2024, 3, 19)),
        ("روز ۱۴۰۳/۰۵/۱۲ آمد", date(2024, 8, 2), date(2024, 8, 2)),
        ("نیمه دوم سال ۱۴۰۱", date(2022, 9, 23), date(2023, 3, 20)),
    ],
)
def test_periods_are_read_as_days(text: str, first: date, last: date) -> None:
    assert [(each.period.start, each.period.end) for each in find_periods(text)] == [(first, last)]


def test_a_law_and_a_number_of_people_are_no_period() -> None:
    assert not find_periods("قانون ۱۳۹۸ درباره ۱۵۰۰۰ نفر")


def test_the_whole_runs_from_the_first_day_to_the_last() -> None:
    whole = overall([each.period for each in find_periods("بهار ۱۴۰۱ و پاییز ۱۴۰۲")])
    assert whole is not None
    assert (whole.start, whole.end) == (date(2022, 3, 21), date(2023, 12, 21))
    assert overall([]) is None
