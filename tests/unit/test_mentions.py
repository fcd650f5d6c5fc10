"""What a number counts: its noun, its qualifier, and what merely looks like a count."""

from __future__ import annotations

import pytest

from nlp.facts.mentions import base_form, find_mentions
from nlp.facts.reading import see


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("به ۱۲۰ خانواده بسته دادیم", 120, "خانواده"),
        ("در هفت روستای مرزی", 7, "روستا"),
        ("شش تا کارگاه برگزار شد", 6, "کارگاه"),
        ("۲۱۰ میلیون جمع شد", 210_000_000, "تومان"),
        ("۹۵ میلیون تومن", 95_000_000, "تومان"),
        ("۳۰٪ کاهش", 30, "درصد"),
        ("۱۹۵۰ مترمربع زمین", 1950, "متر مربع"),
        ("۳۰ نفرشان", 30, "نفر"),
        ("تعداد مخاطبان: ۱۲۰", 120, "مخاطبان"),
    ],
)
def test_the_counted_noun_is_found(sentence: str, value: float, unit: str) -> None:
    assert [(mention.number.value, mention.unit) for mention in find_mentions(sentence)] == [(value, unit)]


def test_a_number_without_noun_counts_what_the_one_before_it_counts() -> None:
    assert [mention.unit for mention in find_mentions("از هشت کوره، پنج تاش خاموش شد")] == ["کوره", "کوره"]


@pytest.mark.parametrize(
    ("sentence", "qualifier"),
    [
        ("حدود ۴۰ نفر", "about"),
        ("بیش از ۴۰ نفر", "at_least"),
        ("دست‌کم ۴۰ نفر", "at_least"),
        ("کمتر از ۴۰ نفر", "at_most"),
        ("۴۰ نفر", None),
    ],
)
def test_how_exact_a_figure_is_stays_with_it(sentence: str, qualifier: str | None) -> None:
    assert [mention.qualifier for mention in find_mentions(sentence)] == [qualifier]


@pytest.mark.parametrize("sentence", ["در سال ۱۴۰۲ آغاز شد", "از خرداد ۱۴۰۲", "تا مهر ۹۸.", "تاریخ ۱۴۰۲/۰۵/۱۲"])
def test_years_count_nothing(sentence: str) -> None:
    assert not find_mentions(sentence)


def test_as_many_people_as_a_year_has_are_counted() -> None:
    assert [mention.number.value for mention in find_mentions("۱۴۰۲ نفر آمدند")] == [1402]


def test_the_numbers_of_a_list_are_not_read_and_those_within_its_lines_are() -> None:
    found = see(["۱ کارگاه مهارت برای ۲۰ نفر", "۲ بازدید از ۳ مدرسه", "۳ اردوی تابستانی"])
    assert [each.mention.number.value for each in found] == [20, 3]


def test_base_forms() -> None:
    words = ["خانواده‌های", "روستای", "نفره", "نوجوانی", "تومانی", "کتاب‌ها", "خانه"]
    assert [base_form(word) for word in words] == ["خانواده", "روستا", "نفر", "نوجوان", "تومان", "کتاب", "خانه"]
