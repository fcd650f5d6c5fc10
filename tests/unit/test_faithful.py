"""A text that says what its source does not is caught; one that only says it otherwise is not."""

from __future__ import annotations

import pytest

from nlp.facts.faithful import unfound
from nlp.facts.places import Gazetteer
from nlp.provinces import Provinces
from nlp.shipped import DATA

SOURCE = (
    "انجمن یاوران در سال ۱۴۰۲ با کمک خانم رضوی در شهر رشت ۱۲ کارگاه برای سی‌وپنج خانواده برگزار کرد و ۳ میلیارد تومان هزینه شد."
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(Provinces.load(DATA / "provinces.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        "دوازده کارگاه برای ۳۵ خانواده در رشت برپا شد.",
        "در سال ۱۴۰۲ سه میلیارد تومان خرج شد.",
        "خانم رضوی از انجمن یاوران به خانواده‌ها کمک کرد.",
        "یک انجمن برای خانواده‌ها کارگاه گذاشت.",
        "خانواده‌ها در کارگاه‌ها شرکت کردند و موفق شدند.",
        "نه تنها کارگاه، بلکه هزینه هم داده شد.",
    ],
)
def test_other_words_for_the_same_pass(text: str, gazetteer: Gazetteer) -> None:
    assert unfound(text, SOURCE, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("۱۳ کارگاه برگزار شد.", "number", "۱۳"),
        ("سه میلیون تومان هزینه شد.", "number", "سه میلیون تومان"),
        ("۳ میلیارد ریال هزینه شد.", "number", "۳ میلیارد ریال"),
        ("۱۴۰۲ خانواده آمدند.", "number", "۱۴۰۲"),
        ("ده‌ها خانواده آمدند.", "number", "ده‌ها"),
        ("در ترکیه برگزار شد.", "place", "ترکیه"),
        ("کارگاه‌ها در بهمن‌ماه برگزار شد.", "date", "بهمن"),
        ("در سال ۱۴۰۱ کارگاه برگزار شد.", "date", "سال ۱۴۰۱"),
        ("در لاهیجان کارگاه برگزار شد.", "place", "لاهیجان"),
        ("خانم محمدی کارگاه برگزار کرد.", "name", "محمدی"),
        ("به گفته محمدی کارگاه برگزار شد.", "name", "محمدی"),
        ("برنامه «فردای روشن» برگزار شد.", "name", "فردای روشن"),
        ("با UNICEF برگزار شد.", "name", "UNICEF"),
        ("خشتیانوف سخن گفت.", "name", "خشتیانوف"),
    ],
)
def test_what_is_new_is_named(text: str, kind: str, what: str, gazetteer: Gazetteer) -> None:
    assert (kind, what) in [(each.kind, each.text) for each in unfound(text, SOURCE, gazetteer)]
