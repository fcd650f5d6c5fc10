"""Damage made on purpose: always the same, at the stated rates, and nothing else."""

from __future__ import annotations

import re

import pytest

from nlp.evaluation.perturb import PERTURBATIONS, PREFACE, Sample, perturb, swap_names

SAMPLE = Sample(
    "کارگاه مهارت‌های زندگی در کرمان",
    tuple(
        f"مؤسسهٔ مهر ماندگار در شهر رفسنجان برای {number}۲ خانواده برنامه‌های آموزشی برگزار کرد و آن‌ها را همراهی کرد."
        for number in range(1, 9)
    ),
    ngo="مؤسسهٔ مهر ماندگار",
    province="کرمان",
    city="رفسنجان",
)
PLACES = {"کرمان": ("کرمان", "رفسنجان"), "گیلان": ("رشت", "فومن"), "یزد": ("یزد", "میبد")}


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_each_is_repeatable_and_changes_something(name: str) -> None:
    changed = perturb(name, SAMPLE)
    assert changed == perturb(name, SAMPLE)
    assert (changed.title, changed.text) != (SAMPLE.title, SAMPLE.text)


def test_lines_break_every_60_to_80_characters() -> None:
    lines = perturb("line_breaks", Sample(None, (" ".join(SAMPLE.sections),))).text.split("\n")
    assert len(lines) > 5
    assert all(45 <= len(line) <= 80 for line in lines[:-1])


@pytest.mark.parametrize(("name", "rate"), [("ocr_2", 0.02), ("ocr_5", 0.05)])
def test_misread_characters_come_at_the_stated_rate(name: str, rate: float) -> None:
    long = Sample(None, SAMPLE.sections * 40)
    before, after = long.text, perturb(name, long).text
    assert len(before) == len(after)
    wrong = sum(a != b for a, b in zip(before, after, strict=True))
    assert rate * 0.9 < wrong / len(before) < rate * 1.1


def test_a_shuffle_loses_no_sentence() -> None:
    assert sorted(perturb("sections_shuffled", SAMPLE).sections) == sorted(SAMPLE.sections)


def test_the_preface_comes_before_the_whole_text() -> None:
    assert perturb("long_preface", SAMPLE).sections == (*PREFACE, *SAMPLE.sections)


def test_names_are_swapped_as_whole_words_and_consistently() -> None:
    swapped = swap_names(SAMPLE, ["مؤسسهٔ مهر ماندگار", "کانون یاران فردا"], PLACES)
    everything = f"{swapped.title}\n{swapped.text}"
    assert "مهر ماندگار" not in everything
    assert everything.count("کانون یاران فردا") == 8
    assert not re.search("کرمان|رفسنجان", everything)
    assert len({re.search("در شهر (.+?) برای", line)[1] for line in swapped.sections}) == 1  # type: ignore[index]
    ordinary = Sample(None, ("بانک مرکزی دربارهٔ نور گفت",))
    places = {"مرکزی": ("اراک",), "مازندران": ("نور",), "یزد": ("میبد",)}
    assert swap_names(ordinary, [], places) == ordinary
    assert "مرکزی" not in swap_names(Sample(None, ("در استان مرکزی",)), [], places).text
    everywhere = Sample(None, ("در یزد و مازندران و استان مرکزی",), ngo="تنها")
    assert swap_names(everywhere, ["تنها"], places) == swap_names(everywhere, ["تنها"], places)
    inside = Sample(None, ("کرمانشاه و یزدی",))
    assert swap_names(inside, [], PLACES) == inside
