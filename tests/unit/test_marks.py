"""A text cut where marks begin and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.web.marks import LAYERS, Mark, figure, pieces


def mark(start: int, end: int, layer: str = "fact", name: str = "m") -> Mark:
    return Mark(start, end, layer, name, name)


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-2, 32), st.integers(-2, 32), st.sampled_from(LAYERS)), max_size=8))
def test_the_pieces_are_the_text_and_each_mark_covers_its_own(text: str, given: list[tuple[int, int, str]]) -> None:
    marks = [mark(start, end, layer, f"m{number}") for number, (start, end, layer) in enumerate(given)]
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found) == text
    for each in marks:
        inside = 0 <= each.start < each.end <= len(text)
        covered = "".join(piece.text for piece in found if each in piece.marks)
        assert covered == (text[each.start : each.end] if inside else "")
        assert sum(each.id in piece.opens for piece in found) == int(inside)


def test_evidence_lies_outermost_and_a_label_tells_every_mark_once() -> None:
    found = pieces("abcdef", [mark(0, 4, "fact", "f"), mark(2, 6, "evidence", "e"), mark(2, 6, "sentence", "e")])
    assert [(piece.text, piece.label) for piece in found] == [("ab", "f"), ("cd", "e؛ f"), ("ef", "e")]
    assert [each.layer for each in found[1].marks] == ["evidence", "sentence", "fact"]


def test_faint_evidence_says_nothing_by_itself() -> None:
    found = pieces("abcd", [mark(0, 4, "faint", "unlikely"), mark(2, 4, "fact", "f")])
    assert [(piece.text, piece.label) for piece in found] == [("ab", ""), ("cd", "f")]


def test_a_figure_is_told_with_its_qualifier_and_range() -> None:
    fact = {"kind": "people", "qualifier": "about", "value": 20.0, "value_max": 30.0, "unit": "نفر"}
    assert figure(fact) == "افراد: حدود ۲۰ تا ۳۰ نفر"
