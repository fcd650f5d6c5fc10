"""Numbers as reports write them, and what is no count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.facts.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("۳ میلیارد و ۲۰۰ میلیون تومان", 3_200_000_000),
        ("سی‌وپنج هزار نفر", 35_000),
        ("سی و پنج هزار و ۲۰۰ نفر", 35_200),
        ("۱۲٬۵۰۰ بسته", 12_500),
        ("3,500,000 ریال", 3_500_000),
        ("٢٫٥ هکتار", 2.5),
        ("۲/۵ هکتار", 2.5),
        ("دو و نیم میلیون تومان", 2_500_000),
        ("یک میلیارد و نیم تومان", 1_500_000_000),
        ("هزار و ۲۰۰ نفر", 1_200),
        ("صد و بیست و سه هزار و چهارصد و پنجاه و شش", 123_456),
        ("دوهزار متر", 2_000),
        ("هشت‌میلیونی", 8_000_000),
        ("پونزده تا بچه", 15),
        ("یکصد و ۵۸ کیلو", 158),
    ],
)
def test_one_number_is_read_with_its_value(text: str, value: float) -> None:
    assert [number.value for number in find_numbers(text) if number.form == "count"] == [value]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("۲۰ تا ۳۰ نفر", 20, 30), ("بین ۲۰ و ۳۰ نفر", 20, 30), ("۲۰-۳۰ نفر", 20, 30), ("۳ تا ۴ هزار تومان", 3_000, 4_000)],
)
def test_a_range_is_one_number_with_two_ends(text: str, low: float, high: float) -> None:
    assert [(number.value, number.highest) for number in find_numbers(text)] == [(low, high)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("بیست و یکم مهر", "ordinal"),
        ("پنجمین دوره", "ordinal"),
        ("۵مین دوره", "ordinal"),
        ("۱۴۰۲/۰۵/۱۲", "date"),
        ("ساعت ۱۸:۱۰", "clock"),
        ("تلفن ۰۹۱۲۳۴۵۶۷۸۹", "code"),
        ("1" * 5000, "code"),
    ],
)
def test_what_counts_nothing_is_told_apart(text: str, form: str) -> None:
    assert {number.form for number in find_numbers(text)} == {form}


def test_a_word_that_ends_like_a_number_is_none() -> None:
    assert find_numbers("پول می‌ده به کاوه‌ده") == []


def test_two_numbers_side_by_side_stay_two() -> None:
    assert [number.value for number in find_numbers("سه کودک و ۴ زن، ۲۳ پنج‌شنبه")][:3] == [3, 4, 23]


@given(st.integers(1, 999_999_999))
def test_digits_grouped_or_not_have_one_value(value: int) -> None:
    assert [number.value for number in find_numbers(f"به {value:,} نفر")] == [float(value)]
    assert [number.value for number in find_numbers(f"به {value} نفر")] == [float(value)]


@given(st.text(alphabet="۰۱۲۳۴ودهسیهزارمیلیون نیم٬/.:-تا‌\n"))
def test_numbers_lie_within_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for number in find_numbers(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end
