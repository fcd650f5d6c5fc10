"""Train the two layers that read numbers: what became of the counted thing, and its kind. Writes `models/reading-1`.

    python -m training.recipes.facts models/reading-1

From our own texts alone: gold facts of `data/reports/train.jsonl`; `data/facts/numbers.jsonl`, what the other numbers of those
reports are (a number in neither counts nothing); `data/facts/train.jsonl`, sentences with plans, failures and negations.

Reports dev, the reports of NGOs and `data/facts/test.jsonl` are for measuring. Each layer sees the features of
`nlp.facts.features` and the token states of the encoder over the mention; a second one, without states, is for other encoders.
Ten minutes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.adapters.reading import open_facts, save_facts
from nlp.facts.mentions import Mention
from nlp.facts.reading import KINDS, STATUSES, FactReader, FactStatus, Layer, Seen, StateWeights, TermWeights, see
from nlp.ports import Encoder
from nlp.shipped import DATA, MODELS
from nlp.types import FactKind, FloatArray, SegmentedText
from training.corpora import read_lines
from training.texts import FOLDS, fold_of

LEAST_TEXTS = 2
COST, STATE_SCALE = 0.3, 0.1
LONGEST_EXCERPT, SEED = 5, 13
RARE, SENTENCES = 3.0, 2.0
"""Weight of a plan or failure in a report, and of any number of the sentences that were written about them."""
DOUBT = 0.3
ENCODER = "samanyar-1"


@dataclass(frozen=True, slots=True)
class Example:
    """A mention as it is seen, state: (width,), with what annotators say of it; `fold` by the hash of its text's id."""

    seen: Seen
    state: FloatArray
    status: FactStatus
    kind: FactKind | None
    fold: int
    weight: float = 1.0


def examples(encoder: Encoder) -> list[Example]:
    """Of the training reports and of the sentences with plans. What a text is like must not tell: reports are read whole and as
    short excerpts, sentences with plans alone, within an excerpt and within a whole report."""
    reports = list(read_lines(DATA / "reports" / "train.jsonl"))
    marked = {(row["id"], row["sentence"], row["start"]): row for row in read_lines(DATA / "facts" / "numbers.jsonl")}
    draw = random.Random(SEED)  # noqa: S311 - not for cryptography
    found: list[Example] = []
    excerpts = [_excerpt(row, draw) for row in reports]
    for text in [_Text(row["id"], row["title"], row["sentences"], 0, row) for row in reports] + excerpts:
        for each, state in _seen(text, encoder):
            place = each.sentence + text.first
            facts = [fact for fact in text.labels["facts"] if fact["sentence"] == place]
            gold = gold_of(each.mention, text.sentences[each.sentence], facts)
            said = gold or marked.get((text.id, place, each.mention.start))
            status: FactStatus = "achieved" if gold else said["status"] if said else "other"
            weight = RARE if status in {"planned", "not_done"} else 1.0
            found.append(Example(each, state, status, said["kind"] if said else None, fold_of(text.id), weight / 2))
    by_fold = {fold: [text for text in excerpts if fold_of(text.id) == fold] for fold in range(FOLDS)}
    whole_by_fold = {fold: [row for row in reports if fold_of(row["id"]) == fold] for fold in range(FOLDS)}
    for row in read_lines(DATA / "facts" / "train.jsonl"):
        fold = fold_of(row["id"])
        for around in ([], draw.choice(by_fold[fold]).sentences, draw.choice(whole_by_fold[fold])["sentences"]):
            at = draw.randint(0, len(around))
            text = _Text(row["id"], None, [*around[:at], row["text"], *around[at:]], 0, row)
            for each, state in _seen(text, encoder):
                if each.sentence == at:
                    gold = gold_of(each.mention, row["text"], row["facts"])
                    status = gold["status"] if gold else "other"
                    kind = gold["kind"] if gold else None
                    found.append(Example(each, state, status, kind, fold, SENTENCES / 3))
    return found


@dataclass(frozen=True, slots=True)
class _Text:
    """Sentences to read; `first`: which sentence of its report the first one is; labels: of the whole report."""

    id: str
    title: str | None
    sentences: list[str]
    first: int
    labels: dict[str, Any]


def _excerpt(row: dict[str, Any], draw: random.Random) -> _Text:
    """One to five sentences in a row, with or without the title."""
    count = min(len(row["sentences"]), draw.randint(1, LONGEST_EXCERPT))
    first = draw.randint(0, len(row["sentences"]) - count)
    title = row["title"] if draw.random() < 0.5 else None
    return _Text(row["id"], title, row["sentences"][first : first + count], first, row)


def _seen(text: _Text, encoder: Encoder) -> Iterator[tuple[Seen, FloatArray]]:
    seen = see(text.sentences)
    segmented = SegmentedText(text.title, tuple(text.sentences), tuple(each.mark for each in seen))
    states = encoder.encode([segmented])[0].marks
    if states is None:
        raise ValueError("this encoder gives no token states")
    yield from zip(seen, states, strict=True)


def gold_of(mention: Mention, sentence: str, facts: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The annotated fact that a mention is: its words meet the mention's, and its value is the same."""
    for fact in facts:
        at = sentence.find(fact["text"])
        while at >= 0:
            same = fact["value"] in {mention.number.value, mention.number.highest}
            if same and at < mention.end and mention.start < at + len(fact["text"]):
                return fact
            at = sentence.find(fact["text"], at + 1)
    return None


def train(chosen: Sequence[Example], encoder: str, label: str) -> tuple[FactReader, dict[str, Layer]]:
    """A reader of these examples, and its layers by name."""
    counted = [example for example in chosen if example.kind]
    layers = {
        "status": _layer(chosen, [STATUSES.index(each.status) for each in chosen], len(STATUSES)),
        "kind": _layer(counted, [KINDS.index(each.kind) for each in counted if each.kind], len(KINDS)),
    }
    return FactReader(layers["status"], layers["kind"], encoder, DOUBT, label), layers


def _layer(chosen: Sequence[Example], truth: Sequence[int], classes: int) -> Layer:
    vectorizer = CountVectorizer(analyzer=list, binary=True, min_df=LEAST_TEXTS, dtype=np.float32)
    terms = vectorizer.fit_transform([each.seen.names for each in chosen])
    columns = {str(term): int(column) for term, column in vectorizer.vocabulary_.items()}
    states = np.stack([each.state for each in chosen])
    mean, scale = states.mean(axis=0), (states.std(axis=0) + 1e-6) / STATE_SCALE
    weights_of = [each.weight for each in chosen]
    plain, plain_bias = _fitted(terms, truth, weights_of, classes)
    both, bias = _fitted(hstack([terms, csr_matrix((states - mean) / scale)]).tocsr(), truth, weights_of, classes)
    return Layer(
        TermWeights(columns, plain, plain_bias),
        TermWeights(columns, both[: terms.shape[1]], bias),
        StateWeights(mean, scale, both[terms.shape[1] :]),
    )


def _fitted(seen: Any, truth: Sequence[int], weights_of: Sequence[float], classes: int) -> tuple[FloatArray, FloatArray]:
    fitted = LogisticRegression(C=COST, max_iter=400).fit(seen, truth, weights_of)
    weights = np.zeros((seen.shape[1], classes), dtype=np.float32)
    bias = np.full(classes, -20.0, dtype=np.float32)
    weights[:, fitted.classes_] = fitted.coef_.T
    bias[fitted.classes_] = fitted.intercept_
    return weights, bias


def out_of_fold(found: Sequence[Example], encoder: str) -> list[FactReader]:
    """For each fold of `fold_of`, a reader that has seen nothing of it."""
    return [train([each for each in found if each.fold != fold], encoder, f"fold {fold}")[0] for fold in range(FOLDS)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default=ENCODER)
    given = parser.parse_args()
    encoder = open_encoder(OpenVinoConfig(), MODELS / given.model)
    _, layers = train(examples(encoder), encoder.spec.weights, given.folder.name)
    save_facts(given.folder, layers, encoder.spec.weights, DOUBT)
    print(f"wrote {given.folder} ({open_facts(given.folder).label})")


if __name__ == "__main__":
    main()
