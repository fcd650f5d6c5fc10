"""Text that remembers its places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.mapped import Edit, Mapped

TEXTS = st.text(alphabet="ابپ ‌‍يكـ\nabc۱۲😊", max_size=60)


def test_a_replacement_lies_where_the_replaced_text_lay() -> None:
    text = Mapped.of("سلام دنیا").edit([Edit(0, 4, "درود")])
    assert text.text == "درود دنیا"
    assert text.span(0, 4) == (0, 4)
    assert text.span(5, 9) == (5, 9)


def test_an_insertion_has_no_place_of_its_own() -> None:
    text = Mapped.of("میرود").edit([Edit(2, 2, "\u200c")])
    assert text.span(2, 3) == (2, 2)
    assert text.span(0, 6) == (0, 5)


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Mapped.of("abcdef").edit([Edit(0, 3, ""), Edit(2, 4, "")])


def test_a_translation_that_changes_the_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Mapped.of("ﷲ").translate({ord("ﷲ"): "الله"})


@given(TEXTS, st.data())
def test_every_kept_character_maps_to_itself_after_random_edits(original: str, data: st.DataObject) -> None:
    mapped = Mapped.of(original)
    for _ in range(3):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(mapped.text)), max_size=4).filter(lambda c: len(c) % 2 == 0)))
        edits = [Edit(a, b, data.draw(st.sampled_from(["", "X", "XX"]))) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
        mapped = mapped.edit(edits)
    for place, character in enumerate(mapped.text):
        start, end = mapped.span(place, place + 1)
        assert 0 <= start <= end <= len(original)
        if character != "X":
            assert original[start:end] == character
