from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.text.digits import persian_number, to_ascii_digits, to_persian_digits

texts = st.text(alphabet=st.one_of(st.sampled_from("0123456789۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٪,آ\u200c"), st.characters()))


def test_all_three_scripts_are_converted() -> None:
    assert to_ascii_digits("۱۲۰ خانواده، ٤٥ و 6") == "120 خانواده، 45 و 6"
    assert to_persian_digits("120 خانواده، ٤٥ و ۶") == "۱۲۰ خانواده، ۴۵ و ۶"


@given(texts)
def test_only_digits_change_and_the_length_stays(text: str) -> None:
    for converted in (to_ascii_digits(text), to_persian_digits(text)):
        assert len(converted) == len(text)
        assert all(old == new or (old.isdigit() and new.isdigit()) for old, new in zip(text, converted, strict=True))
    assert to_ascii_digits(to_persian_digits(text)) == to_ascii_digits(text)


def test_a_number_for_people_is_grouped_and_never_in_powers_of_ten() -> None:
    found = [persian_number(value) for value in (7, 1402, 2.5, 0.125, 32_123_000_000.0)]
    assert found == ["۷", "۱٬۴۰۲", "۲٫۵", "۰٫۱۲", "۳۲٬۱۲۳٬۰۰۰٬۰۰۰"]
