"""Train the lexical head: a linear SVM for each domain over TF-IDF of words and character n-grams. Seconds on one core.

It is given each text twice, as it is and as its damaged copy, so that misread words count too and names count for little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from nlp.heads.lexical import LexicalHead, NgramRange, fit_features, sparse_rows
from nlp.types import FloatArray, SegmentedText


@dataclass(frozen=True, slots=True)
class LexicalConfig:
    """The `[lexical]` table of a training configuration."""

    words: tuple[int, int]
    characters: tuple[int, int]
    min_documents: int
    cost: float


def train_lexical(
    texts: Sequence[SegmentedText], truth: FloatArray, reports: FloatArray, weights: FloatArray, config: LexicalConfig,
    seed: int,
) -> LexicalHead:  # fmt: skip
    """texts: n documents; truth: (n, n_domains); reports: (n,), 1 for an NGO's report, 0 for news; weights: (n,), what an error
    on each costs."""
    truth = np.column_stack([truth, reports])
    whole = ["\n".join([text.title or "", *text.sentences]) for text in texts]
    features = fit_features(whole, NgramRange(*config.words), NgramRange(*config.characters), config.min_documents)
    rows = csr_matrix(sparse_rows(features, whole), shape=(len(whole), len(features.terms)))
    layers = np.zeros((len(features.terms), truth.shape[1]), dtype=np.float32)
    bias = np.zeros(truth.shape[1], dtype=np.float32)
    for domain in range(truth.shape[1]):
        if not 0 < truth[:, domain].sum() < len(truth):
            bias[domain] = -1.0
            continue
        machine = LinearSVC(C=config.cost, random_state=seed).fit(rows, truth[:, domain], sample_weight=weights)
        layers[:, domain], bias[domain] = machine.coef_[0], machine.intercept_[0]
    return LexicalHead(features, layers, bias)
