"""Reasons for a person to look that lie in the text alone."""

from __future__ import annotations

import random

import pytest

from nlp.text.normalize import normalize
from nlp.text.quality import known_share, review_reasons

LONG = "انجمن ما در سال گذشته برای خانواده‌های نیازمند شهر کارگاه آموزشی و بستهٔ معیشتی فراهم کرد و با مدرسه‌ها همکاری داشت."


def reasons(text: str) -> list[str]:
    normalized = normalize(text)
    return list(review_reasons(text, normalized.text, normalized.quality))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG, []),
        ("سلام و خسته نباشید", ["too_short"]),
        (LONG[:-1] + " و ...", ["truncated"]),
        ("The association held twelve workshops for poor families of the city.", ["language"]),
    ],
)
def test_reasons(text: str, expected: list[str]) -> None:
    assert reasons(text) == expected


def test_a_cell_cut_at_the_limit_of_its_program_is_named() -> None:
    text = (LONG[:-1] + " ") * 40
    assert "truncated" in reasons(text[:4000].rstrip() + "ک" * (4000 - len(text[:4000].rstrip())))


def test_letters_thrown_together_are_poor_text() -> None:
    letters = random.Random(3)  # noqa: S311 - a fixed seed, no secret
    noise = " ".join("".join(letters.choices("ثچخذژضظغق", k=6)) for _ in range(60))
    assert known_share(noise) < 0.2
    assert "poor_text_quality" in reasons(noise)
