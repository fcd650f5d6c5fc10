"""Lexical features: scikit-learn's numbers, and windows that miss nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.heads.lexical import LexicalHead, NgramRange, fit_features, sparse_rows, windows_of
from nlp.shipped import DATA
from nlp.types import SegmentedText

WORDS, CHARACTERS = NgramRange(1, 2), NgramRange(3, 5)


def texts(count: int) -> list[str]:
    lines = (DATA / "reports" / "train.jsonl").read_text(encoding="utf-8").splitlines()[:count]
    return [" ".join(json.loads(line)["sentences"]).replace("\u200c", " ") for line in lines]


@pytest.mark.parametrize("block", ["w", "c"])
def test_features_are_those_of_scikit_learn(block: str) -> None:
    some = texts(30)
    ours = fit_features(some, WORDS, CHARACTERS, 3)
    rows = csr_matrix(sparse_rows(ours, some), shape=(len(some), len(ours.terms))).toarray()
    options = (
        {"ngram_range": (1, 2), "lowercase": False}
        if block == "w"
        else {"analyzer": "char_wb", "ngram_range": (3, 5), "lowercase": False}
    )
    theirs = TfidfVectorizer(sublinear_tf=True, min_df=3, **options)
    expected = theirs.fit_transform(some).toarray()
    columns = [ours.terms[f"{block}:{term}"] for term in theirs.get_feature_names_out()]
    assert len(columns) == sum(term.startswith(f"{block}:") for term in ours.terms)
    np.testing.assert_allclose(rows[:, columns], expected, atol=1e-6)


def test_a_text_without_known_terms_scores_the_bias() -> None:
    features = fit_features(["یک متن", "یک متن", "یک متن"], WORDS, CHARACTERS, 3)
    head = LexicalHead(features, np.ones((len(features.terms), 3), np.float32), np.asarray([0.5, -0.5, 0.0], np.float32))
    scores, genre = head.score(SegmentedText(None, ("zzz",)))
    np.testing.assert_allclose(scores, [0.5, -0.5])
    assert genre == 0.0


def test_a_long_text_is_read_in_overlapping_windows_that_leave_no_sentence_out() -> None:
    sentences = tuple(f"جملهٔ شمارهٔ {number} با چند واژهٔ دیگر در ادامهٔ آن" for number in range(300))
    windows = windows_of(SegmentedText("عنوان", sentences))
    assert len(windows) > 2
    assert all(window.startswith("عنوان\n") for window in windows)
    assert all(any(sentence in window.split("\n") for window in windows) for sentence in sentences)
    assert windows[0].split("\n")[-1] in windows[1]


def test_one_endless_sentence_is_still_one_window() -> None:
    assert len(windows_of(SegmentedText(None, ("واژه " * 3000,)))) == 1
