"""Sentences end where a reader ends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.sentences import MAX_CHARACTERS, split_sentences


def sentences(text: str) -> list[str]:
    return [text[each.start : each.end] for each in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("کار تمام شد. مردم آمدند؟ بله! پس…", ["کار تمام شد.", "مردم آمدند؟", "بله!", "پس…"]),
        ("رشد ۱۲.۵ درصد بود. بعد ۳٫۵ شد.", ["رشد ۱۲.۵ درصد بود.", "بعد ۳٫۵ شد."]),
        ("متهم م. ت. ۲۹ ساله بود. دستگیر شد.", ["متهم م. ت. ۲۹ ساله بود.", "دستگیر شد."]),
        ("گفت: «ما آمدیم. ماندیم.» و رفت. تمام شد.", ["گفت: «ما آمدیم. ماندیم.» و رفت.", "تمام شد."]),
        ("«تنها نبودیم.» این را مدیر گفت.", ["«تنها نبودیم.»", "این را مدیر گفت."]),
        ("• آموزش ایمنی\n• توزیع کلاه\n- بازدید", ["آموزش ایمنی", "توزیع کلاه", "بازدید"]),
        ("عنوان: روز درخت\nمحل: الوند\nتعداد: ۶۴ نفر", ["عنوان: روز درخت", "محل: الوند", "تعداد: ۶۴ نفر"]),
        ("۱. خرید چرخ\n۲. آموزش زنان", ["۱. خرید چرخ", "۲. آموزش زنان"]),
        ("| بم | ۳۱۰ بیمار |\n| زرند | ۹۴ زوج |", ["بم | ۳۱۰ بیمار", "زرند | ۹۴ زوج"]),
        ("نشانی www.example.org است. تمام.", ["نشانی www.example.org است.", "تمام."]),
        ("...\n\n---\n", []),
        ("", []),
    ],
)
def test_text_is_cut_where_a_reader_would_cut_it(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_text_without_any_end_is_cut_into_readable_pieces() -> None:
    text = "کلمه بعدی، " * 4000
    pieces = sentences(text)
    assert all(len(piece) <= MAX_CHARACTERS for piece in pieces)
    assert sum(piece.count("کلمه") for piece in pieces) == 4000


@given(st.text(alphabet="ابپ ۱2.!؟…«»\n•|،؛:-😊", max_size=300))
def test_every_letter_and_digit_is_in_exactly_one_sentence(text: str) -> None:
    covered = [place for each in split_sentences(text) for place in range(each.start, each.end)]
    assert len(covered) == len(set(covered))
    assert {place for place, character in enumerate(text) if character.isalnum()} <= set(covered)


def test_initials_alone_are_cut_like_any_text_without_an_end() -> None:
    text = "آ. ب. " * 5_000
    found = split_sentences(text)
    assert all(each.end - each.start <= MAX_CHARACTERS for each in found)
    assert sum(text[each.start : each.end].count(".") for each in found) == 10_000
