"""How well a domain works on the day it is added: average precision with its definition alone, and with five examples.

    python -m training.new_domain models/samanyar-1 --corpus ../shared/corpus

Six domains at a time are taken out, so that nothing is fitted on them; their texts are ranked by prototype as the product would
rank them, against cosine over TF-IDF of the same definitions and examples. Examples are five titles with their first evidence
sentence, drawn five times; their texts are left out of the ranking. Two minutes on two cores.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.heads.prototypes import Calibration, PrototypeHead, features, prototype_texts
from nlp.ports import Encoder
from nlp.shipped import DATA
from nlp.taxonomy import Domain, Taxonomy, load_taxonomy
from nlp.types import EncodedText, FloatArray
from training.corpora import read_texts
from training.recipes.prototypes import SOURCES
from training.texts import LabelledText, truth_of

SIX, EXAMPLES, DRAWS = 6, 5, 5
_PLAIN = Calibration((1.0, 0.0, 0.0), 0.0, 0.5, 1.0, 0.0, 0.5, 0.0, 0.0)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    taxonomy = load_taxonomy(DATA / "taxonomy.yaml")
    texts = [text for text in read_texts("train", arguments.corpus) if text.source in SOURCES]
    encoder = open_encoder(OpenVinoConfig(), arguments.model)
    encoded = encoder.encode([text.segmented for text in texts])
    centre = np.concatenate([each.sentences for each in encoded]).mean(axis=0)
    plain = ["\n".join([text.title or "", *text.sentences]) for text in texts]
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit(plain)
    rows = words.transform(plain)
    truth = truth_of(texts, taxonomy)
    results: dict[tuple[str, int], list[float]] = {}
    for first in range(0, len(taxonomy.domains), SIX):
        left = list(range(first, min(first + SIX, len(taxonomy.domains))))
        for count in (0, EXAMPLES):
            for turn in range(DRAWS if count else 1):
                chosen, changed = _with_examples(taxonomy, left, texts, count, turn)
                scores = _ranked(encoder, changed, encoded, truth, left, centre)
                for domain in left:
                    queries = words.transform(prototype_texts(changed.domains[domain]))
                    similar = (rows @ queries.T).toarray()
                    lexical = (similar.max(axis=1) + similar.mean(axis=1)) / 2
                    kept = [n for n in range(len(texts)) if n not in chosen[domain]]
                    for name, ranking in (("prototype", scores[:, domain]), ("TF-IDF", lexical)):
                        found = average_precision_score(truth[kept, domain], ranking[kept])
                        results.setdefault((name, count), []).append(float(found))
    print("| method | 0 examples | 5 examples |\n| --- | --- | --- |")
    for name in ("prototype", "TF-IDF"):
        print(f"| {name} | {np.mean(results[name, 0]):.3f} | {np.mean(results[name, EXAMPLES]):.3f} |")
    print(f"mean average precision over {len(taxonomy.domains)} domains, {len(texts)} training texts")


def _with_examples(
    taxonomy: Taxonomy, left: Sequence[int], texts: Sequence[LabelledText], count: int, turn: int
) -> tuple[dict[int, set[int]], Taxonomy]:
    """The taxonomy with examples for the domains that are left out, and which texts they came from."""
    chosen: dict[int, set[int]] = {}
    domains: list[Domain] = list(taxonomy.domains)
    for domain in left:
        code = domains[domain].code
        having = [n for n, text in enumerate(texts) if code in text.domains]
        drawn = random.Random(f"{turn} {code}").sample(having, min(count, len(having)))  # noqa: S311
        chosen[domain] = set(drawn)
        domains[domain] = replace(domains[domain], examples=tuple(_example(texts[n], code) for n in drawn))
    return chosen, replace(taxonomy, domains=tuple(domains))


def _example(text: LabelledText, code: str) -> str:
    sentence = next((text.sentences[n] for n in text.domains[code] if n >= 0), text.sentences[0])
    return f"{text.title or ''} {sentence}".strip()


def _ranked(
    encoder: Encoder,
    taxonomy: Taxonomy,
    encoded: Sequence[EncodedText],
    truth: FloatArray,
    left: Sequence[int],
    centre: FloatArray,
) -> FloatArray:
    """Scores (n_texts, n_domains), the calibration fitted on the domains that are not left out."""
    prototypes = [(n, text) for n, domain in enumerate(taxonomy.domains) for text in prototype_texts(domain)]
    vectors = encoder.encode_queries([text for _, text in prototypes])
    head = PrototypeHead(taxonomy, vectors, [n for n, _ in prototypes], centre, _PLAIN)
    seen = np.stack([features(head.raw(each)[0]) for each in encoded])
    other = [n for n in range(len(taxonomy.domains)) if n not in left]
    model = LogisticRegression(C=100, max_iter=2000).fit(seen[:, other].reshape(-1, 3), truth[:, other].ravel())
    scores: FloatArray = model.decision_function(seen.reshape(-1, 3)).reshape(truth.shape)
    return scores


if __name__ == "__main__":
    main()
