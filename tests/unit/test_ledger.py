"""Figures of one NGO side by side: told twice, contradicting each other, summed without plans."""

from __future__ import annotations

from datetime import date

from nlp.review.ledger import MOST_FLAGS, Entry, flags, likeness, totals
from nlp.types import Fact, Period, Plan, Span

YEAR_1, YEAR_2 = Period(date(2022, 3, 21), date(2023, 3, 20)), Period(date(2023, 3, 21), date(2024, 3, 19))
HALF_2 = Period(date(2023, 3, 21), date(2023, 9, 22))
YEARS = {date(2022, 3, 21): 1401, date(2023, 3, 21): 1402}
WORDS = frozenset({"سبد", "خانواده", "زندان"})


def entry(
    report: str,
    period: Period | None,
    value: float,
    words: frozenset[str] = WORDS,
    unit: str = "خانواده",
    *,
    named: bool = False,
) -> Entry:
    fact = Fact("households", value, None, unit, None, "text", 0, 5, str(value))
    return Entry(report, period, named, fact, Span("text", 0, 20, "جمله"), words)


def plan(report: str, period: Period, value: float, status: str = "planned") -> Entry:
    made = Plan("households", value, None, "خانواده", None, "text", 0, 5, str(value), status=status)  # type: ignore[arg-type]
    named = False
    return Entry(report, period, named, made, Span("text", 0, 20, "جمله"), WORDS)


def found(*entries: Entry) -> list[str]:
    return [flag.finding for flag in flags(entries)]


def test_the_same_figure_in_two_periods_is_told_twice() -> None:
    assert found(entry("a", YEAR_1, 312, frozenset({"سبد"})), entry("b", YEAR_2, 312, frozenset({"زندان"}))) == ["repeated"]


def test_a_round_figure_is_no_sign_unless_the_sentences_are_alike() -> None:
    assert found(entry("a", YEAR_1, 300, frozenset({"سبد"})), entry("b", YEAR_2, 300, frozenset({"زندان"}))) == []
    assert found(entry("a", YEAR_1, 300), entry("b", YEAR_2, 300)) == ["repeated"]


def test_small_figures_and_other_things_are_left_alone() -> None:
    assert found(entry("a", YEAR_1, 12), entry("b", YEAR_2, 12)) == []
    assert found(entry("a", YEAR_1, 312), entry("b", YEAR_2, 312, unit="خانوار")) == []


def test_the_same_figure_for_the_same_period_is_no_finding() -> None:
    assert found(entry("a", YEAR_1, 312), entry("b", YEAR_1, 312)) == []


def test_two_figures_for_one_thing_in_one_period_contradict_each_other() -> None:
    assert found(entry("a", YEAR_1, 312), entry("b", YEAR_1, 420)) == ["contradiction"]
    assert found(entry("a", YEAR_1, 312), entry("b", YEAR_2, 420)) == []
    assert found(entry("a", YEAR_1, 312, frozenset({"سبد"})), entry("b", YEAR_1, 420, frozenset({"درخت"}))) == []


def test_a_half_year_and_its_year_contradict_each_other_only_about_the_same_named_work() -> None:
    belt = frozenset({"آتش‌بر", "مانشت", "جنگل"})
    assert found(entry("a", HALF_2, 46, belt), entry("b", YEAR_2, 64, belt | {"درخت"})) == ["contradiction"]
    assert found(entry("a", HALF_2, 120), entry("b", YEAR_2, 480)) == []


def test_a_part_is_not_larger_than_its_whole() -> None:
    assert found(entry("a", HALF_2, 480), entry("b", YEAR_2, 120)) == ["contradiction"]


def test_sentences_that_name_the_period_need_little_in_common() -> None:
    one, other = frozenset({"خط", "شب", "زندان", "روان"}), frozenset({"خط", "رقم", "افزایش", "دبیر"})
    pair = [entry("a", YEAR_1, 2480, one, "تماس", named=True), entry("b", YEAR_1, 1940, other, "تماس", named=True)]
    assert found(*pair) == ["contradiction"]
    assert found(entry("a", YEAR_1, 2480, one, "تماس"), entry("b", YEAR_1, 1940, other, "تماس")) == []


def test_what_has_no_period_is_told_in_no_two_periods() -> None:
    assert found(entry("a", None, 125), entry("b", None, 125)) == []


def test_many_figures_take_little_and_give_few_flags() -> None:
    many = [entry(f"r{number}", YEAR_1, 1000 + number) for number in range(3000)]
    assert len(flags(many)) == MOST_FLAGS


def test_a_report_does_not_contradict_itself_and_plans_contradict_nothing() -> None:
    assert found(entry("a", YEAR_1, 312), entry("a", YEAR_1, 420)) == []
    assert found(entry("a", YEAR_1, 312), plan("b", YEAR_1, 420)) == []


def test_totals_keep_plans_and_failures_apart() -> None:
    entries = [entry("a", YEAR_1, 100), entry("a", YEAR_1, 20), plan("a", YEAR_1, 500), plan("a", YEAR_1, 7, "not_done")]
    [total] = totals(entries, YEARS)
    assert (total.year, total.value, total.planned, total.not_done) == (1401, 120, 500, 7)


def test_a_half_year_within_a_year_is_not_added_again() -> None:
    entries = [entry("half", HALF_2, 40), entry("year", YEAR_2, 100), entry("before", YEAR_1, 10), entry("none", None, 999)]
    assert [(total.year, total.value, total.reports) for total in totals(entries, YEARS)] == [
        (1401, 10, ("before",)),
        (1402, 100, ("year",)),
    ]


def test_a_part_of_one_thing_hides_no_other_thing() -> None:
    entries = [entry("half", HALF_2, 40), entry("year", YEAR_2, 5, unit="کارگاه")]
    assert [(total.unit, total.value) for total in totals(entries, YEARS)] == [("خانواده", 40), ("کارگاه", 5)]


def test_a_report_that_was_sent_twice_counts_once() -> None:
    assert [total.value for total in totals([entry("a", YEAR_1, 500), entry("copy", YEAR_1, 500)], YEARS)] == [500]


def test_likeness_is_the_share_of_the_smaller_sentence() -> None:
    assert likeness(frozenset({"سبد"}), WORDS) == 1.0
    assert likeness(frozenset({"ناشناس"}), WORDS) == 0.0
