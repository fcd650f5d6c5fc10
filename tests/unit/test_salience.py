"""Summaries are central, new, within their length, in order, and lean on nothing that is missing."""

from __future__ import annotations

import numpy as np

from nlp.heads.salience import centrality, choose
from nlp.types import SummaryOptions


def test_the_sentence_that_points_where_the_report_points_is_most_central() -> None:
    sentences = np.asarray([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    scores = centrality(sentences, np.asarray([0.9, 0.1], dtype=np.float32), np.zeros(2, dtype=np.float32))
    assert scores[0] > scores[1] >= 0


def chosen(
    scores: list[float],
    words: list[int],
    options: SummaryOptions,
    sentences: tuple[str, ...] = (),
    leaning: tuple[int, ...] = (),
) -> list[int]:
    rows = [frozenset(each.split()) for each in sentences] or [frozenset({str(number)}) for number in range(len(scores))]
    leans = [number in leaning for number in range(len(scores))]
    return [each.sentence for each in choose(rows, np.asarray(scores, dtype=np.float32), words, leans, options)]


def test_a_repeated_sentence_gives_way_to_a_new_one() -> None:
    sentences = ("ده کارگاه برای زندانی", "ده کارگاه برای زندانی", "باغ مدرسه")
    assert chosen([0.9, 0.9, 0.5], [10, 10, 10], SummaryOptions(sentences=2), sentences) == [0, 2]


def test_the_words_asked_for_hold_and_order_is_kept() -> None:
    assert chosen([0.2, 0.9, 0.4, 0.8], [50, 60, 50, 60], SummaryOptions(words=120)) == [1, 3]


def test_one_sentence_comes_back_even_when_it_is_too_long() -> None:
    assert chosen([1.0], [400], SummaryOptions()) == [0]


def test_a_sentence_that_leans_comes_with_the_one_before_it() -> None:
    assert chosen([0.1, 0.9, 0.2, 0.3], [10] * 4, SummaryOptions(sentences=2), leaning=(1,)) == [0, 1]


def test_a_sentence_that_leans_on_one_there_is_no_room_for_is_left_out() -> None:
    assert chosen([0.1, 0.9, 0.2, 0.3], [10] * 4, SummaryOptions(sentences=1), leaning=(1,)) == [3]


def test_a_sentence_that_leans_on_one_that_leans_is_left_out() -> None:
    assert chosen([0.1, 0.2, 0.9, 0.3], [10] * 4, SummaryOptions(sentences=2), leaning=(1, 2)) == [0, 3]


def test_the_last_resort_is_a_sentence_that_stands_alone() -> None:
    assert chosen([0.9, 0.2], [10, 200], SummaryOptions(sentences=1, words=9), leaning=(0,)) == [1]


def test_where_every_sentence_leans_the_best_one_comes_back() -> None:
    assert chosen([0.2, 0.9], [10, 10], SummaryOptions(sentences=1), leaning=(0, 1)) == [0]
