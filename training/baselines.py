"""Methods to compare with, trained on the same texts in the same run: TF-IDF with a linear SVM, a linear probe on the encoder
as it was before training. Thresholds are chosen out of fold on the training texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from nlp.evaluation.metrics import f1
from nlp.ports import Encoder
from nlp.types import FloatArray
from training.texts import FOLDS, LabelledText, fold_of

Scores = Callable[[Sequence[int], FloatArray, Sequence[int]], FloatArray]


def compare(
    train: Sequence[LabelledText], test: Sequence[LabelledText], truth: FloatArray, encoder: Encoder, say: Callable[[str], None]
) -> dict[str, FloatArray]:
    """Labels of each method for the test texts, (n_test, n_domains). truth: (n_train, n_domains)."""
    texts = [*train, *test]
    say("baselines: encoding")
    vectors = np.stack([each.vector for each in encoder.encode([text.segmented for text in texts])])
    plain = ["\n".join([text.segmented.title or "", *text.segmented.sentences]).replace("\u200c", " ") for text in texts]
    methods: dict[str, Scores] = {
        "TF-IDF words, linear SVM": _svm(plain, TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)),
        "character n-grams, linear SVM": _svm(
            plain, TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=3)
        ),
        "linear probe on the untouched encoder": _probe(vectors),
    }
    folds = np.asarray([fold_of(text.id) for text in train])
    found = {}
    for name, scores in methods.items():
        say(f"baseline: {name}")
        seen = np.zeros_like(truth)
        for fold in range(FOLDS):
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            seen[outside] = scores(inside.tolist(), truth[inside], outside.tolist())
        grid = np.quantile(seen, np.linspace(0.85, 0.98, 53))
        best = float(grid[np.argmax([f1(truth, seen >= threshold) for threshold in grid])])
        final = scores(list(range(len(train))), truth, list(range(len(train), len(texts))))
        found[name] = (final >= best).astype(np.float32)
    return found


def _svm(texts: Sequence[str], vectorizer: TfidfVectorizer) -> Scores:
    def scores(train: Sequence[int], truth: FloatArray, test: Sequence[int]) -> FloatArray:
        known = vectorizer.fit_transform([texts[n] for n in train])
        asked = vectorizer.transform([texts[n] for n in test])
        return _each(truth, len(test), lambda labels: LinearSVC(C=0.5).fit(known, labels).decision_function(asked))

    return scores


def _probe(vectors: FloatArray) -> Scores:
    def scores(train: Sequence[int], truth: FloatArray, test: Sequence[int]) -> FloatArray:
        def fitted(labels: FloatArray) -> FloatArray:
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000)).fit(vectors[list(train)], labels)
            found: FloatArray = model.decision_function(vectors[list(test)])
            return found

        return _each(truth, len(test), fitted)

    return scores


def _each(truth: FloatArray, count: int, fitted: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """One binary model a domain; a domain without examples is never assigned."""
    found = np.full((count, truth.shape[1]), -9.0, dtype=np.float32)
    for domain in np.flatnonzero(truth.any(axis=0)):
        found[:, domain] = fitted(truth[:, domain])
    return found
