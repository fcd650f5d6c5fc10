"""Methods to compare with, trained on the same texts in the same run: TF-IDF with a linear SVM, a linear probe on the encoder
as it was before training, SetFit, and Annif where it is installed. Thresholds are chosen on training texts that a method had
not seen, of the sources that the model is calibrated on too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, normalize
from sklearn.svm import LinearSVC

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.evaluation.metrics import f1
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray
from training.external import annif_command, annif_scores, setfit_scores
from training.texts import FOLDS, LabelledText, fold_of

Scores = Callable[[Sequence[int], FloatArray, Sequence[int]], FloatArray]


def compare(
    train: Sequence[LabelledText], test: Sequence[LabelledText], truth: FloatArray, base: Path, taxonomy: Taxonomy,
    sources: Sequence[str], say: Callable[[str], None],
) -> dict[str, FloatArray]:  # fmt: skip
    """Labels of each method for the test texts, (n_test, n_domains). truth: (n_train, n_domains); base: the folder of the
    untouched encoder; sources: of the texts that thresholds are chosen on."""
    texts = [*train, *test]
    say("baselines: encoding")
    encoder = open_encoder(OpenVinoConfig(), base)
    vectors = np.stack([each.vector for each in encoder.encode([text.segmented for text in texts])])
    plain = ["\n".join([text.segmented.title or "", *text.segmented.sentences]).replace("\u200c", " ") for text in texts]
    methods: dict[str, Scores] = {
        "TF-IDF words, linear SVM": _svm(plain, TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2)),
        "character n-grams, linear SVM": _svm(
            plain, TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=3)
        ),
        "linear probe on the untouched encoder": _probe(vectors),
        "TF-IDF words joined with the untouched encoder, linear SVM": _svm(
            plain, TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2), vectors
        ),
    }
    folds = np.asarray([fold_of(text.id) for text in train])
    counted = np.asarray([text.source in sources for text in train])
    found = {}
    for name, scores in methods.items():
        say(f"baseline: {name}")
        seen = np.zeros_like(truth)
        for fold in range(FOLDS):
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            seen[outside] = scores(inside.tolist(), truth[inside], outside.tolist())
        final = scores(list(range(len(train))), truth, list(range(len(train), len(texts))))
        found[name] = (final >= _threshold(seen[counted], truth[counted])).astype(np.float32)
    inside, outside = np.flatnonzero(folds), np.flatnonzero((folds == 0) & counted)
    known, asked = [plain[n] for n in inside], [*(plain[n] for n in outside), *plain[len(train) :]]
    others: dict[str, Callable[[], FloatArray]] = {"SetFit": lambda: setfit_scores(base, known, truth[inside], asked)}
    if annif_command():
        others["Annif, omikuji"] = lambda: annif_scores(known, truth[inside], asked, taxonomy)
    for name, run in others.items():
        say(f"baseline: {name}")
        try:
            both = run()
        except CalledProcessError as error:
            say(f"{name} is left out, it did not run: {_last_line(error)}")
            continue
        found[name] = (both[len(outside) :] >= _threshold(both[: len(outside)], truth[outside])).astype(np.float32)
    return found


def _last_line(error: CalledProcessError) -> str:
    return (error.stderr or b"").decode(errors="replace").strip().rsplit("\n", 1)[-1]


def _threshold(scores: FloatArray, truth: FloatArray) -> float:
    """The threshold with the highest micro-F1."""
    grid = np.quantile(scores, np.linspace(0.85, 0.98, 53))
    return float(grid[np.argmax([f1(truth, scores >= threshold) for threshold in grid])])


def _svm(texts: Sequence[str], vectorizer: TfidfVectorizer, vectors: FloatArray | None = None) -> Scores:
    """Over TF-IDF, joined with `vectors` (n_texts, dimension) where they are given, each centred and of unit length."""
    beside = None if vectors is None else normalize(vectors - vectors.mean(axis=0))

    def scores(train: Sequence[int], truth: FloatArray, test: Sequence[int]) -> FloatArray:
        known = vectorizer.fit_transform([texts[n] for n in train])
        asked = vectorizer.transform([texts[n] for n in test])
        if beside is not None:
            known, asked = hstack([known, beside[list(train)]]).tocsr(), hstack([asked, beside[list(test)]]).tocsr()
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
