"""Train the layers that rank sentences for a summary, and put them into `models/reading-1` beside the layers for facts.

    python -m training.recipes.summary models/reading-1 --run RUN --corpus CORPUS

RUN is the folder of the run that made the model in use (`--config` is its configuration).

The truth: the sentences that annotators chose in our reports and in the corpus's real texts; for one sentence of a news text,
the sentence that is most like the agency's lead. What it reads must be as unseen as it will be later: salience and evidence
come from the out-of-fold branches of a training run (`samanyar train` keeps them in its folder), results from fact readers
trained on the other folds. Fifteen minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.adapters.reading import open_facts, save_summary
from nlp.bootstrap import open_analyzer
from nlp.evaluation.summarization import rouge_n, rouge_tokens
from nlp.facts.reading import FactReader, expected_results, see
from nlp.heads.calibration import EvidencePrior, sigmoid
from nlp.heads.ranker import SentenceRanker, SummaryHead, values_of, words_of
from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.document import Document
from nlp.ports import Encoder
from nlp.settings import load_settings
from nlp.shipped import MODELS
from nlp.text.normalize import normalize
from nlp.text.tokens import tokens
from nlp.types import FloatArray, SegmentedText, Submission
from training.corpora import read_lines, read_texts
from training.recipes.facts import ENCODER, examples, out_of_fold
from training.texts import FOLDS, LabelledText, fold_of
from training.train import read_config

SOURCES = ("reports", "domains")
"""Reports and news, a ranker each: one for both is 3 points of F1 worse on reports, out of fold."""
LEADS_FROM, LEAST_LENGTH, LEAST_LIKENESS = 4, 4, 0.3
COST, LEAST_SENTENCES, WORD_SCALE = 0.1, 4, 0.5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A text as the ranker sees it: its values, (n_sentences, n_values), the words of each sentence, and which were chosen."""

    text: LabelledText
    values: FloatArray
    words: list[list[str]]
    chosen: FloatArray
    fold: int


def ranked_texts(run: Path, config: Path, corpus: Path) -> list[Ranked]:
    """Every training text with a summary, seen through what was trained on other folds."""
    kept = {name: each for fold in range(FOLDS) for name, each in load_file(run / f"fold-{fold}.safetensors").items()}
    prior = EvidencePrior(**read_config(config)["evidence"])
    encoder = open_encoder(OpenVinoConfig(), MODELS / ENCODER)
    readers = out_of_fold(examples(encoder), encoder.spec.weights)
    texts = [text for text in read_texts("train", corpus) if text.source in SOURCES and text.summary]
    return [
        _ranked(text, kept[f"salience.{text.id}"], kept[f"places.{text.id}"], readers[fold_of(text.id)], prior, encoder)
        for text in texts
        if f"salience.{text.id}" in kept
    ]


def _ranked(
    text: LabelledText, salience: FloatArray, places: FloatArray, reader: FactReader, prior: EvidencePrior,
    encoder: Encoder,
) -> Ranked:  # fmt: skip
    sentences = [normalize(sentence).text or "." for sentence in text.sentences]
    count = len(sentences)
    chosen = np.zeros(count, dtype=np.float32)
    chosen[list(text.summary)] = 1
    titled = text.title is not None
    places = places[: count + titled]
    words_of_places = [each.count(" ") + 1 for each in (*sentences, text.title or "")][: len(places)]
    spoken = sigmoid(places + prior(words_of_places, titled=titled)[:, None])
    seen = see(sentences)
    states = encoder.encode([SegmentedText(text.title, tuple(sentences), tuple(each.mark for each in seen))])[0].marks
    results = expected_results(reader.read(seen, states), count)
    values = values_of(sentences, sigmoid(salience[:count]), spoken, results)
    words = [list(words_of(sentence, list(tokens(sentence)))) for sentence in sentences]
    return Ranked(text, values, words, chosen, fold_of(text.id))


def lead_texts(analyzer: Analyzer, corpus: Path, say: Callable[[str], None]) -> list[Ranked]:
    """Articles with their agencies' leads: the sentence most like the lead counts as chosen. Every `LEADS_FROM`th of the
    training articles; nothing of them trained the model's salience."""
    rows = [
        row for row in read_lines(corpus / "summaries" / "train.jsonl.gz") if row["text"].strip() and row["summary"].strip()
    ]
    found = []
    for number, row in enumerate(rows[::LEADS_FROM]):
        document = Document.of(Submission(row["text"], title=row["title"]), numbers=True)
        lead = rouge_tokens(row["summary"])
        tokens_of = [rouge_tokens(text) for text in document.texts]
        likeness = [rouge_n(each, lead, 1) + rouge_n(each, lead, 2) for each in tokens_of]
        if len(likeness) < LEAST_LENGTH or max(likeness) < LEAST_LIKENESS:
            continue
        chosen = np.zeros(len(likeness), dtype=np.float32)
        chosen[int(np.argmax(likeness))] = 1
        values = analyzer.sentence_values(document)
        words = [list(words_of(text, list(tokens(text)))) for text in document.texts]
        text = LabelledText(row["id"], "news", "leads", row["title"], document.texts, {})
        found.append(Ranked(text, values, words, chosen, fold_of(row["id"])))
        if number % 100 == 0:
            say(f"leads: {number}/{len(rows) // LEADS_FROM}")
    return found


def train(found: Sequence[Ranked]) -> SentenceRanker:
    """A ranker of these texts. Values are standardized; words count half, so that rare ones do not carry a sentence."""
    values = np.concatenate([each.values for each in found])
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    vectorizer = CountVectorizer(analyzer=list, binary=True, min_df=LEAST_SENTENCES, dtype=np.float32)
    words = vectorizer.fit_transform([sentence for each in found for sentence in each.words])
    seen = hstack([csr_matrix((values - mean) / scale), words * WORD_SCALE]).tocsr()
    fitted = LogisticRegression(C=COST, max_iter=500).fit(seen, np.concatenate([each.chosen for each in found]))
    weights = fitted.coef_[0].astype(np.float32)
    spoken = {str(word): float(WORD_SCALE * weights[len(mean) + column]) for word, column in vectorizer.vocabulary_.items()}
    return SentenceRanker(mean, scale, weights[: len(mean)], spoken, float(fitted.intercept_[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("training/configs/samanyar-1.toml"))
    parser.add_argument("--corpus", type=Path, required=True)
    given = parser.parse_args()
    found = ranked_texts(given.run, given.config, given.corpus)
    report, news = (train([each for each in found if each.text.kind == kind]) for kind in ("report", "news"))
    save_summary(given.folder, SummaryHead(report, news, news))
    leads = lead_texts(open_analyzer(load_settings(model=str(MODELS / ENCODER))), given.corpus, print)
    save_summary(given.folder, SummaryHead(report, news, train(leads)))
    print(f"wrote {given.folder} ({open_facts(given.folder).label})")


if __name__ == "__main__":
    main()
