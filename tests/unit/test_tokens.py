"""Lemmas meet however they were typed, and say nothing of grammar."""

from __future__ import annotations

import pytest

from nlp.text.normalize import normalize
from nlp.text.tokens import tokens


def lemmas(text: str) -> list[str]:
    return list(tokens(normalize(text).text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("سازمانهای مردم‌نهاد", "سازمان‌های مردم‌نهاد"),
        ("سازمان های مردم‌نهاد", "سازمان‌های مردم‌نهاد"),
        ("كودكان كار", "کودکان کار"),
        ("خانوادهٔ زندانی", "خانواده زندانی"),
        ("زندانيان", "زندانی"),
        ("١٢٠ خانواده", "۱۲۰ خانواده"),
        ("120 خانواده", "۱۲۰ خانواده"),
        ("مُعتاد", "معتاد"),
        ("کتــاب", "کتاب"),
    ],
)
def test_the_same_words_give_the_same_lemmas_however_they_are_typed(typed: str, meant: str) -> None:
    assert lemmas(typed) == lemmas(meant)
    assert lemmas(meant)


@pytest.mark.parametrize("typed", ["مردم نهاد", "مردمنهاد", "مردم‌نهاد"])
def test_a_compound_is_found_by_its_parts_and_as_one(typed: str) -> None:
    assert set(lemmas(typed)) & set(lemmas("مردم‌نهاد"))


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("خانواده‌هایشان", "خانواده"),
        ("مدرسه‌ها", "مدرسه"),
        ("کارگاه‌های", "کارگاه"),
        ("جوانان", "جوان"),
        ("نیازمندان", "نیازمند"),
        ("بزرگ‌ترین", "بزرگ"),
        ("می‌آموزند", "آموخت"),
        ("آموختیم", "آموخت"),
        ("نمی‌فروختند", "فروخت"),
    ],
)
def test_endings_go(form: str, lemma: str) -> None:
    assert lemmas(form) == [lemma]


def test_words_without_meaning_of_their_own_are_left_out() -> None:
    assert lemmas("و این را از آن به ما داده است") == []


def test_a_word_that_only_looks_inflected_stays() -> None:
    assert [lemmas(word) for word in ("کرمان", "تهران", "درمان", "ایران")] == [["کرمان"], ["تهران"], ["درمان"], ["ایران"]]
