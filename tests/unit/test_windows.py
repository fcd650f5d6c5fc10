"""Windows and passages hold every token once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.windows import plan_passages, plan_windows

LENGTHS = st.lists(st.integers(0, 900), max_size=40)


@given(LENGTHS, st.integers(1, 510))
def test_every_token_is_in_exactly_one_window_and_none_is_too_long(lengths: list[int], budget: int) -> None:
    windows = plan_windows(lengths, budget)
    assert all(sum(piece.last - piece.first for piece in window) <= budget for window in windows)
    seen = [(piece.sentence, token) for window in windows for piece in window for token in range(piece.first, piece.last)]
    assert seen == [(sentence, token) for sentence, length in enumerate(lengths) for token in range(length)]


def test_two_windows_share_a_text_evenly() -> None:
    windows = plan_windows([100] * 6, 500)
    assert [len(window) for window in windows] == [3, 3]


def test_a_window_needs_a_budget() -> None:
    with pytest.raises(ValueError, match="budget"):
        plan_windows([1], 0)


@given(LENGTHS, st.integers(1, 200))
def test_passages_follow_one_another_without_gap(lengths: list[int], budget: int) -> None:
    passages = plan_passages(lengths, budget)
    assert [number for first, last in passages for number in range(first, last)] == list(range(len(lengths)))
    assert all(last - first == 1 or sum(lengths[first:last]) <= budget for first, last in passages)
