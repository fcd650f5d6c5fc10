"""Cut a long document into windows an encoder can read, at sentence ends; and group its sentences into passages.

Lengths and budgets are in tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens `[first, last)` of one sentence; the whole sentence unless it alone is longer than a window."""

    sentence: int
    first: int
    last: int


def plan_windows(lengths: Sequence[int], budget: int) -> list[tuple[Piece, ...]]:
    """Windows of consecutive sentences, none over `budget` tokens, as even in length as sentence ends allow (a short last
    window would know little of its surroundings). Every token of every sentence is in exactly one window.

    :raises ValueError: the budget is not positive."""
    if budget < 1:
        raise ValueError("a window needs a positive budget")
    total = sum(lengths)
    count = max(1, -(-total // budget))
    even = -(-total // count)
    windows: list[list[Piece]] = [[]]
    used = 0
    for sentence, length in enumerate(lengths):
        first = 0
        while first < length:
            fits = length - first <= budget - used
            if used and (not fits or used + (length - first) / 2 > even):
                windows.append([])
                used = 0
                continue
            last = min(length, first + budget - used)
            windows[-1].append(Piece(sentence, first, last))
            used += last - first
            first = last
    return [tuple(window) for window in windows if window] or [()]


def plan_passages(lengths: Sequence[int], budget: int) -> list[tuple[int, int]]:
    """Ranges `[first, last)` of consecutive sentences with at most `budget` tokens together; a longer sentence stands alone."""
    passages: list[tuple[int, int]] = []
    first, used = 0, 0
    for sentence, length in enumerate(lengths):
        if sentence > first and used + length > budget:
            passages.append((first, sentence))
            first, used = sentence, 0
        used += length
    if lengths:
        passages.append((first, len(lengths)))
    return passages
