"""Summaries are central, new, within their budget, and in order."""

from __future__ import annotations

import numpy as np

from nlp.heads.salience import centrality, choose


def test_the_sentence_that_points_where_the_report_points_is_most_central() -> None:
    sentences = np.asarray([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    scores = centrality(sentences, np.asarray([0.9, 0.1], dtype=np.float32), np.zeros(2, dtype=np.float32))
    assert scores[0] > scores[1] >= 0


def test_a_repeated_sentence_gives_way_to_a_new_one() -> None:
    sentences = np.asarray([[1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32)
    chosen = choose(sentences, np.asarray([0.9, 0.9, 0.5], dtype=np.float32), [10, 10, 10], max_sentences=2)
    assert [each.sentence for each in chosen] == [0, 2]


def test_the_budget_of_words_holds_and_order_is_kept() -> None:
    sentences = np.eye(4, dtype=np.float32)
    chosen = choose(sentences, np.asarray([0.2, 0.9, 0.4, 0.8], dtype=np.float32), [50, 60, 50, 60], max_words=120)
    assert [each.sentence for each in chosen] == [1, 3]


def test_one_sentence_comes_back_even_when_it_is_too_long() -> None:
    assert len(choose(np.ones((1, 2), dtype=np.float32), np.ones(1, dtype=np.float32), [400])) == 1
