"""How good a summary is: ROUGE against a person's summary, F1 against the sentences that a person chose.

ROUGE: Lin 2004, F1, over normalized tokens without stemming; a half-space counts as a space. ROUGE-L: the longest common
subsequence of the whole texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from nlp.text.digits import to_ascii_digits
from nlp.text.normalize import normalize

_TOKEN = re.compile(r"[^\W_]+")


def rouge_tokens(text: str) -> list[str]:
    """Words and numbers of a text, normalized."""
    return _TOKEN.findall(to_ascii_digits(normalize(text).text).lower())


def rouge_n(summary: Sequence[str], reference: Sequence[str], size: int) -> float:
    """F1 of n-grams of `size` tokens."""
    ours, theirs = (Counter(zip(*(tokens[at:] for at in range(size)), strict=False)) for tokens in (summary, reference))
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(summary: Sequence[str], reference: Sequence[str]) -> float:
    """F1 of the longest common subsequence."""
    row = [0] * (len(reference) + 1)
    for token in summary:
        before = 0
        for at, other in enumerate(reference, start=1):
            before, row[at] = row[at], before + 1 if token == other else max(row[at], row[at - 1])
    return _f1(row[-1], len(summary), len(reference))


def chosen_f1(chosen: Collection[int], gold: Collection[int]) -> float:
    """F1 of the sentences chosen."""
    return _f1(len(set(chosen) & set(gold)), len(set(chosen)), len(set(gold)))


def _f1(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0
