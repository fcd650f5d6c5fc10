"""ROUGE and sentence F1, against values counted by hand."""

from __future__ import annotations

import pytest

from nlp.evaluation.summarization import chosen_f1, rouge_l, rouge_n, rouge_tokens


def test_a_half_space_counts_as_a_space_and_digits_are_one() -> None:
    assert rouge_tokens("مردم‌نهاد ۱۲ Unit.") == ["مردم", "نهاد", "12", "unit"]


def test_rouge_counts_common_ngrams_once_each() -> None:
    ours, theirs = "a a b c".split(), "a b d".split()
    assert rouge_n(ours, theirs, 1) == pytest.approx(2 * 2 / 7)
    assert rouge_n(ours, theirs, 2) == pytest.approx(2 * 1 / 5)


def test_rouge_l_is_over_the_longest_common_subsequence() -> None:
    assert rouge_l("a x b y c".split(), "a b c d".split()) == pytest.approx(2 * 3 / 9)
    assert rouge_l([], ["a"]) == 0.0


def test_sentence_choice() -> None:
    assert chosen_f1([1, 2, 3], [2, 3]) == pytest.approx(0.8)
    assert chosen_f1([], [1]) == 0.0
