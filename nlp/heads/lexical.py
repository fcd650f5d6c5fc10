"""Domains by words and character n-grams: TF-IDF and a linear layer, beside the encoder.

Characters are n-grams within words (padded by a space), so that inflected and misread words still meet. Words and characters
are scaled to unit length apart. Term weights: 1 + log tf, smoothed idf (Salton and Buckley 1988; the definitions of
scikit-learn's `TfidfVectorizer`). A text over a page is read in overlapping windows and the best one counts, so that greetings
and other programmes do not thin a passage out. One more column tells genres apart, NGO report or news: words are worth more in
the one, the branch in the other (`HeadCalibration`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.types import FloatArray, IntArray, SegmentedText

WHOLE_WORDS, WINDOW_WORDS = 250, 200
_GENRE_SHARPNESS = 3.0
_WORD = re.compile(r"\w\w+")
_SPACES = re.compile(r"[\s\u200c]+")


@dataclass(frozen=True, slots=True)
class NgramRange:
    """Shortest and longest n-gram, both included."""

    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class LexicalFeatures:
    """Which terms count. `terms` maps «w:…» and «c:…» to columns; idf: (n_terms,)."""

    terms: Mapping[str, int]
    idf: FloatArray
    words: NgramRange
    characters: NgramRange

    def __call__(self, text: str) -> tuple[IntArray, FloatArray]:
        """Columns and weights of one text, both (n_found,); each block of unit length."""
        columns: list[int] = []
        weights: list[float] = []
        for block in (word_ngrams(text, self.words), character_ngrams(text, self.characters)):
            found = [(self.terms[term], count) for term, count in Counter(block).items() if term in self.terms]
            values = [(1 + math.log(count)) * float(self.idf[column]) for column, count in found]
            length = math.sqrt(sum(value * value for value in values)) or 1.0
            columns += [column for column, _ in found]
            weights += [value / length for value in values]
        return np.asarray(columns, dtype=np.int64), np.asarray(weights, dtype=np.float32)


class LexicalHead:
    """weights: (n_terms, n_domains + 1); bias: (n_domains + 1,). The last column is for reports, against news."""

    def __init__(self, features: LexicalFeatures, weights: FloatArray, bias: FloatArray) -> None:
        self.features, self.weights, self.bias = features, weights, bias

    def score(self, text: SegmentedText) -> tuple[FloatArray, float]:
        """Scores, shape (n_domains,): of each domain, those of the window that speaks most for it; and the genre, from -1 for
        news to 1 for a report."""
        scores = np.max([self._score(window) for window in windows_of(text)], axis=0)
        return scores[:-1], math.tanh(_GENRE_SHARPNESS * float(scores[-1]))

    def _score(self, text: str) -> FloatArray:
        columns, values = self.features(text)
        scores: FloatArray = values @ self.weights[columns].astype(np.float32) + self.bias
        return scores


def windows_of(text: SegmentedText) -> list[str]:
    """The whole text where it is short; else overlapping runs of sentences of about `WINDOW_WORDS` words, each with title."""
    lengths = [sentence.count(" ") + 1 for sentence in text.sentences]
    title = [text.title] if text.title else []
    if sum(lengths) <= WHOLE_WORDS:
        return ["\n".join([*title, *text.sentences])]
    windows, first = [], 0
    while first < len(lengths):
        last, words = first, 0
        while last < len(lengths) and (words < WINDOW_WORDS or last == first):
            words += lengths[last]
            last += 1
        windows.append("\n".join([*title, *text.sentences[first:last]]))
        if last == len(lengths):
            break
        half, passed = words / 2, 0
        while passed < half and first < last - 1:
            passed += lengths[first]
            first += 1
        first = first if passed else last
    return windows


def word_ngrams(text: str, sizes: NgramRange) -> Iterator[str]:
    """Runs of words, «w:…». A half-space parts words, as the encoder's tokenizer has it."""
    words = _WORD.findall(_SPACES.sub(" ", text))
    for size in range(sizes.shortest, sizes.longest + 1):
        for at in range(len(words) - size + 1):
            yield "w:" + " ".join(words[at : at + size])


def character_ngrams(text: str, sizes: NgramRange) -> Iterator[str]:
    """Runs of characters within a word and the spaces around it, «c:…»; a word shorter than the run counts once."""
    for word in _SPACES.split(text):
        if not word:
            continue
        padded = f" {word} "
        for size in range(sizes.shortest, sizes.longest + 1):
            yield "c:" + padded[:size]
            if len(padded) <= size:
                break
            for at in range(1, len(padded) - size + 1):
                yield "c:" + padded[at : at + size]


def fit_features(texts: Iterable[str], words: NgramRange, characters: NgramRange, least: int) -> LexicalFeatures:
    """Terms that occur in at least `least` of the texts, in order, with their smoothed idf."""
    documents: Counter[str] = Counter()
    total = 0
    for text in texts:
        documents.update({*word_ngrams(text, words), *character_ngrams(text, characters)})
        total += 1
    terms = sorted(term for term, count in documents.items() if count >= least)
    idf = np.asarray([math.log((1 + total) / (1 + documents[term])) + 1 for term in terms], dtype=np.float32)
    return LexicalFeatures({term: column for column, term in enumerate(terms)}, idf, words, characters)


def sparse_rows(features: LexicalFeatures, texts: Sequence[str]) -> tuple[FloatArray, IntArray, IntArray]:
    """Values, columns and row starts of a compressed sparse row matrix over the texts."""
    rows = [features(text) for text in texts]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    return np.concatenate([values for _, values in rows]), np.concatenate([columns for columns, _ in rows]), starts
