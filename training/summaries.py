"""Summaries measured, in one run: the product's, and plain ways to choose sentences, on texts that trained nothing.

Sentences: F1 against those that annotators chose, three for every method, the product's default length beside it. Leads: ROUGE
against an agency's own lead, one sentence for every method. LexRank and TextRank are sumy's, with our sentences and tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from nlp.evaluation.summarization import chosen_f1, rouge_l, rouge_n, rouge_tokens
from nlp.heads.salience import centrality
from nlp.pipelines.analyze import Analyzer
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.types import DEFAULT_SUMMARY, FloatArray, SegmentedText, Span, Submission, SummaryOptions
from training.corpora import read_lines
from training.evaluate import spans_of
from training.texts import LabelledText

SENTENCES, LEAD_SENTENCES = 3, 1
ROUNDS = 1000
SUMMARY: frozenset[Any] = frozenset({"summary"})

Ranking = Callable[[str | None, Sequence[str], int], list[int]]


def plain_methods(untouched: Analyzer) -> dict[str, Ranking]:
    """By name: title and sentences to the numbers of the sentences chosen. `untouched`: of the encoder that saw no summary."""

    def central(title: str | None, sentences: Sequence[str], count: int) -> list[int]:
        encoded = untouched.encoder.encode([SegmentedText(title, tuple(sentences))])[0]
        return _best(centrality(encoded.sentences, encoded.vector, untouched.centre), count)

    return {
        "lead": lambda _, sentences, count: list(range(min(count, len(sentences)))),
        "most digits": lambda _, sentences, count: _best(
            np.asarray([sum(map(str.isdigit, each)) for each in sentences], dtype=np.float32), count
        ),
        "TextRank": lambda _, sentences, count: _sumy(TextRankSummarizer(), sentences, count),
        "LexRank": lambda _, sentences, count: _sumy(LexRankSummarizer(), sentences, count),
        "centrality, untrained": central,
    }


def _best(scores: FloatArray, count: int) -> list[int]:
    return [int(each) for each in np.argsort(-scores, kind="stable")[:count]]


class _Tokenizer:
    """What sumy asks for, by our tokens."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(rouge_tokens(text))


def _sumy(summarizer: Any, sentences: Sequence[str], count: int) -> list[int]:
    tokenizer = _Tokenizer()
    made = [Sentence(text, tokenizer) for text in sentences]
    places = {id(each): number for number, each in enumerate(made)}
    return [places[id(each)] for each in summarizer(ObjectDocumentModel([Paragraph(made)]), count)]


def measure_sentences(
    analyzer: Analyzer, plain: Mapping[str, Ranking], texts: Sequence[LabelledText], say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Mean F1 of the chosen sentences by method, with its interval."""
    judged = [text for text in texts if text.summary]
    found: dict[str, list[float]] = {}
    for number, text in enumerate(judged):
        sentences = [normalize(sentence).text or "." for sentence in text.sentences]
        for name, choose in plain.items():
            found.setdefault(name, []).append(chosen_f1(choose(text.title, sentences, SENTENCES), text.summary))
        for name, options in _lengths().items():
            found.setdefault(name, []).append(chosen_f1(_of_product(analyzer, text, options), text.summary))
        if number % 50 == 0:
            say(f"sentences: {number}/{len(judged)}")
    return {name: interval_of_mean(scores) for name, scores in found.items()}


def _lengths() -> dict[str, SummaryOptions]:
    default = DEFAULT_SUMMARY
    at_default = f"Samanyar, up to {default.sentences} sentences and {default.words} words"
    return {"Samanyar": SummaryOptions(SENTENCES, 10_000), at_default: default}


def _of_product(analyzer: Analyzer, text: LabelledText, options: SummaryOptions) -> list[int]:
    """The annotators' sentences that the product's summary stands in, each by the one it overlaps most."""
    sample = text.sample
    analysis = analyzer.analyze([Submission(sample.text, title=sample.title)], SUMMARY, options)[0].analysis
    places = spans_of(text)
    return [_nearest(span, places) for span in analysis.summary.sentences] if analysis.summary else []


def _nearest(span: Span, places: Sequence[tuple[int, int]]) -> int:
    return int(np.argmax([min(span.end, end) - max(span.start, start) for start, end in places]))


def measure_leads(
    analyzer: Analyzer, plain: Mapping[str, Ranking], corpus: Path, say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean ROUGE-1, -2 and -L of one sentence against the agency's lead, by method, with intervals."""
    rows = [row for row in read_lines(corpus / "summaries" / "dev.jsonl.gz") if row["text"].strip() and row["summary"].strip()]
    found: dict[str, list[tuple[float, float, float]]] = {}
    for number, row in enumerate(rows):
        clean = normalize(row["text"]).text
        sentences = [clean[each.start : each.end] for each in split_sentences(clean)]
        lead = rouge_tokens(row["summary"])
        picked = {name: choose(row["title"], sentences, LEAD_SENTENCES) for name, choose in plain.items()}
        texts = {name: " ".join(sentences[each] for each in places) for name, places in picked.items()}
        submission = Submission(row["text"], title=row["title"])
        analysis = analyzer.analyze([submission], SUMMARY, SummaryOptions(LEAD_SENTENCES, 10_000))[0].analysis
        texts["Samanyar"] = analysis.summary.text if analysis.summary else ""
        for name, text in texts.items():
            tokens = rouge_tokens(text)
            found.setdefault(name, []).append((rouge_n(tokens, lead, 1), rouge_n(tokens, lead, 2), rouge_l(tokens, lead)))
        if number % 50 == 0:
            say(f"leads: {number}/{len(rows)}")
    names = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
    return {
        method: {name: interval_of_mean([each[at] for each in scores]) for at, name in enumerate(names)}
        for method, scores in found.items()
    }


def interval_of_mean(scores: Sequence[float]) -> dict[str, float]:
    """The mean with its 95% bootstrap interval over texts, and how many there are."""
    values = np.asarray(scores)
    draw = np.random.default_rng(13)
    means = values[draw.integers(0, len(values), (ROUNDS, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return {"value": float(values.mean()), "low": float(low), "high": float(high), "of": len(values)}
