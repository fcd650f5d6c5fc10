"""How well each sentence sums a report up: what the model finds salient, what it says of domains and results, where it stands.

A logistic layer over a few standardized values and over the sentence's words, fitted to the sentences that annotators chose
(`training/recipes/summary.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.heads.calibration import sigmoid
from nlp.heads.scores import DomainScores
from nlp.types import FloatArray

VALUES = (
    "salience", "salience below highest", "salience above mean", "salience rank",
    "evidence", "weighed evidence", "evidence rank",
    "results", "any result", "results below most", "results rank", "share of results",
    "log words", "under 5 words", "over 30 words", "words to mean", "numbers", "numbers up to 4", "digits",
    "place", "first", "second", "last", "last but one", "leans", "labelled", "log sentences", "one of", "length rank",
)  # fmt: skip
LEANING = re.compile(
    r"^[\W\d_]*(?:وی|او|ایشان|آن‌ها|آنها|آنان|اینان|این|آن|همین|همان|هم‌?چنین|چنین|لذا|بنابراین|بدین|سپس|در این|در همین|"
    r"در آن|از این|از آن|به این|به آن|برای این|با این|بر این|علاوه بر این|به‌?علاوه|در نتیجه|پس از آن|هر دو|هردو|نامبرده|"
    r"نامبردگان|مشارالیه|مذکور|به گفته وی|به گفته او|به همین)(?![^\W_‌])"
)
"""How a sentence begins that leans on the one before it."""
_NUMBER = re.compile(r"[0-9۰-۹]+")
_WORD = re.compile(r"[^\W_]+(?:‌[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class SentenceRanker:
    """mean, scale, weights: (n_values,), of `VALUES`; words: weight of each word feature."""

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    words: Mapping[str, float]
    bias: float

    def score(
        self, sentences: Sequence[str], salience: FloatArray, places: FloatArray, results: FloatArray,
        lemmas: Sequence[Sequence[str]],
    ) -> FloatArray:  # fmt: skip
        """How probable it is that a person would choose each sentence. salience, results: (n_sentences,); places: (n_sentences
        or more, n_domains); results: how many achievements it counts; lemmas: of each sentence. Returns (n_sentences,)."""
        values = (values_of(sentences, salience, places, results) - self.mean) / self.scale
        named = (words_of(*each) for each in zip(sentences, lemmas, strict=True))
        spoken = np.asarray([sum(self.words.get(name, 0.0) for name in names) for names in named], dtype=np.float32)
        scores: FloatArray = sigmoid(values @ self.weights + spoken + self.bias).astype(np.float32)
        return scores


@dataclass(frozen=True, slots=True)
class SummaryHead:
    """A ranker for reports and one for news, mixed by genre: people choose other sentences of the one than of the other. One
    sentence of a news text is chosen as its lead is."""

    report: SentenceRanker
    news: SentenceRanker
    lead: SentenceRanker

    def score(
        self,
        sentences: Sequence[str],
        scores: DomainScores,
        results: FloatArray,
        lemmas: Sequence[Sequence[str]],
        wanted: int,
    ) -> FloatArray | None:
        """See `SentenceRanker.score`; None where the domain head has no salience. wanted: how many sentences at the most."""
        if scores.salience is None:
            return None
        seen = sentences, scores.salience, scores.places, results, lemmas
        share = (1 + scores.genre) / 2
        other = self.lead if wanted == 1 else self.news
        mixed: FloatArray = (share * self.report.score(*seen) + (1 - share) * other.score(*seen)).astype(np.float32)
        return mixed


def values_of(sentences: Sequence[str], salience: FloatArray, places: FloatArray, results: FloatArray) -> FloatArray:
    """Shape (n_sentences, n_values), the values in the order of `VALUES`."""
    count = len(sentences)
    spoken = places[:count]
    weighed = (spoken * places.max(axis=0)).max(axis=1)
    words = np.asarray([len(sentence.split()) for sentence in sentences], dtype=np.float32)
    numbers = np.asarray([len(_NUMBER.findall(sentence)) for sentence in sentences], dtype=np.float32)
    at = np.arange(count)
    columns = [
        salience, salience - salience.max(), salience - salience.mean(), _rank(salience),
        spoken.max(axis=1), weighed, _rank(weighed),
        results, np.minimum(results, 1), results - results.max(), _rank(results), results / (results.sum() + 1e-6),
        np.log1p(words), words < 5, words > 30, words / max(float(words.mean()), 1.0),
        numbers, np.minimum(numbers, 4), [sum(map(str.isdigit, sentence)) for sentence in sentences],
        at / max(1, count - 1), at == 0, at == 1, at == count - 1, at == count - 2,
        [bool(LEANING.match(sentence)) for sentence in sentences], [":" in sentence[:40] for sentence in sentences],
        np.full(count, np.log(count)), np.full(count, 1 / count), _rank(words),
    ]  # fmt: skip
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def words_of(sentence: str, lemmas: Sequence[str]) -> Iterator[str]:
    """The word features of one sentence, each once: its lemmas, and its first and last two words."""
    words = _WORD.findall(sentence)
    yield from {
        *(f"w:{lemma}" for lemma in lemmas),
        *(f"first:{word}" for word in words[:2]),
        *(f"last:{word}" for word in words[-2:]),
    }


def _rank(values: FloatArray) -> FloatArray:
    """0 for the highest, 1 for the lowest."""
    order = np.argsort(np.argsort(-values, kind="stable"), kind="stable")
    result: FloatArray = (order / max(1, len(values) - 1)).astype(np.float32)
    return result
