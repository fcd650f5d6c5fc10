"""Every kind of dirt that `product.md` names is repaired, named, and mapped back."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.text.normalize import normalize

CLEAN = (
    "سازمان‌های مردم‌نهاد در این استان برای کودکان کار آموزش می‌دهند. آن‌ها از سال ۱۴۰۲ تا کنون ۲۵ کارگاه برگزار کرده‌اند. "
    "این طرح با ۱۲ درصد رشد همراه بود و در پایان ۴۰ خانواده به آن پیوستند."
)


def codes(text: str) -> dict[str, bool]:
    return {note.code: note.repaired for note in normalize(text).quality}


def test_a_clean_text_stays_as_it_is_and_nothing_is_noted() -> None:
    assert normalize(CLEAN).text == CLEAN
    assert codes(CLEAN) == {}


def test_lost_half_spaces_come_back() -> None:
    lost = "سازمانهای مردمنهاد میتوانند بهدرستی از ظرفیتها بهرهگیری کنند و روبهرو شوند"
    assert normalize(lost).text == "سازمان‌های مردم‌نهاد می‌توانند به‌درستی از ظرفیت‌ها بهره‌گیری کنند و روبه‌رو شوند"
    assert codes(lost) == {"half_space_lost": True}


def test_words_that_only_look_joined_are_left_alone() -> None:
    text = "همکاری شهرداری تنها در کارهای روزهای نخست بود و کلانتری همراهی کرد و بیکاری بیشترین بها را داشت"
    assert normalize(text).text == text


def test_spaced_prefixes_and_plurals_get_their_half_space() -> None:
    assert normalize("خانواده ها می توانند بیایند").text == "خانواده‌ها می‌توانند بیایند"


def test_arabic_letters_and_digits_become_persian() -> None:
    dirty = "اين گزارش را كارشناسي نوشت؛ ٤٥ نفر"
    assert normalize(dirty).text == "این گزارش را کارشناسی نوشت؛ ۴۵ نفر"
    assert codes(dirty) == {"arabic_letters": True}


def test_presentation_forms_are_spelled_out() -> None:
    dirty = "ﮔﺰارش ﻋﻤﻠﮑﺮد اﻧﺠﻤﻦ ﺣﻤﺎﯾﺖ از ﻻﻟﻪ"
    assert normalize(dirty).text == "گزارش عملکرد انجمن حمایت از لاله"
    assert codes(dirty)["presentation_forms"] is True


def test_kashida_diacritics_and_bidi_controls_are_removed_but_tanwin_stays() -> None:
    dirty = "\u202bخـــیریهٔ مَهر تَقریباً بَرای کودَکان\u202c"
    assert normalize(dirty).text == "خیریهٔ مهر تقریباً برای کودکان"
    assert set(codes(dirty)) == {"kashida", "diacritics", "bidi_controls"}


def test_line_breaks_inside_sentences_are_joined_and_lists_are_not() -> None:
    wrapped = textwrap.fill(CLEAN, 45)
    assert normalize(wrapped).text == CLEAN
    assert codes(wrapped) == {"line_breaks": True}
    listed = "آموزش رانندگی ایمن در ۱۲ روستا\nتوزیع کلاه\nبازدید از مدرسه و گفت‌وگو با مدیر و معلم و مادران\nپایش"
    assert normalize(listed).text == listed


def test_lines_stored_from_left_to_right_are_turned_round() -> None:
    text = "این گزارش از کار انجمن در سال ۱۴۰۲ است.\nدر این طرح ۲۵ نفر از مردم شهر با هم کار کردند."
    stored = "\n".join(_visual(line) for line in text.split("\n"))
    assert normalize(stored).text == text
    assert codes(stored)["reversed"] is True


def test_words_with_their_letters_backwards_are_turned_round() -> None:
    text = "این گزارش از کار انجمن است که در این استان برای مردم شهر نوشته شده است"
    assert normalize(" ".join(word[::-1] for word in text.split())).text == text


@pytest.mark.parametrize(("right", "wrong"), [("utf-8", "latin-1"), ("utf-8", "cp1256")])
def test_mojibake_is_decoded_again(right: str, wrong: str) -> None:
    broken = CLEAN.encode(right).decode(wrong)
    assert normalize(broken).text == CLEAN
    assert codes(broken)["mojibake"] is True


def test_windows_1256_read_as_latin_is_decoded_again() -> None:
    text = "این طرح در استان برای مردم بود و با آن ده دوره اجرا شد"
    simple = text.replace("ی", "ي")
    broken = simple.encode("cp1256").decode("cp1252")
    assert normalize(broken).text == text


@pytest.mark.parametrize(
    "text",
    [
        "The association held twelve workshops for families in the city and the village.",
        "أعلنت الجمعية عن برنامجها الجديد في المدينة، من قبل وزارة التعليم على أن يبدأ في الشهر التالي إلى نهاية السنة.",
        "یہ رپورٹ ہمارے ادارے کے کاموں کے بارے میں ہے اور اس میں بچوں کی تعلیم کا ذکر ہے جو بڑے شہر میں ہوئی۔",
    ],
)
def test_what_is_not_persian_is_named_and_not_repaired(text: str) -> None:
    assert codes(text)["not_persian"] is False


def test_a_number_glued_to_a_word_is_parted_from_it() -> None:
    assert normalize("نمایندگان۲۲ نهاد").text == "نمایندگان ۲۲ نهاد"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="سلامیكيدر از این ‌ـَ\u202b\u00a0\n\r\t.،؛«»()0123۱۲abc😊ﻻﷲﮔ", max_size=200))
def test_any_text_is_normalized_and_every_place_lies_in_the_original(original: str) -> None:
    mapped = normalize(original).mapped
    assert len(mapped.starts) == len(mapped.ends) == len(mapped.text)
    for place in range(len(mapped.text)):
        start, end = mapped.span(place, place + 1)
        assert 0 <= start <= end <= len(original)


def _visual(line: str) -> str:
    """A line as a PDF in visual order stores it: everything backwards but the numbers."""
    turned = line[::-1]
    for number in ("۱۴۰۲", "۲۵"):
        turned = turned.replace(number[::-1], number)
    return turned
