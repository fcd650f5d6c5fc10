"""Fit the calibration of the prototype domains and put it into the model's manifest.

    python -m training.recipes.prototypes models/samanyar-e5-small --corpus ../shared/corpus

Seven numbers and one mean vector are fitted, on the training splits of domains and reports (without a corpus: on
`data/reports` train alone). Prints five-fold figures on the same training data; the dev splits are not read. About three
minutes on two cores. Works for any sentence-transformers folder, which then gets a manifest.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import KFold

from nlp.adapters.encoders import OpenVinoConfig, SentenceTransformersConfig, open_encoder
from nlp.heads.prototypes import Calibration, PrototypeHead, features, prototype_texts
from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy, load_taxonomy
from nlp.types import EncodedText, FloatArray
from training.corpora import read_texts
from training.sentence_folder import write_manifest
from training.texts import LabelledText, truth_of

MARGIN, CONFIDENT = 0.08, 0.6
SOURCES = ("domains", "reports")
SEED, LEFT_OUT = 13, 6


def best_threshold(truth: FloatArray, probability: FloatArray) -> float:
    """The threshold with the highest micro-F1, from 0.10 to 0.70 in steps of 0.01."""
    grid = np.arange(0.10, 0.70, 0.01)
    return float(grid[np.argmax([f1_score(truth, probability >= threshold) for threshold in grid])])


def main() -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    texts = read_texts("train", arguments.corpus)
    fit_prototypes(arguments.model, texts, load_taxonomy(DATA / "taxonomy.yaml"), print)


def fit_prototypes(folder: Path, texts: Sequence[LabelledText], taxonomy: Taxonomy, say: Callable[[str], None]) -> None:
    """Write `prototypes.safetensors` and the `[prototypes]` table of a model folder, fitted on the texts of `SOURCES`."""
    manifest = (
        tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8")) if (folder / "manifest.toml").exists() else None
    )
    encoder = open_encoder(OpenVinoConfig() if manifest else SentenceTransformersConfig(), folder)
    rows = [text for text in texts if text.source in SOURCES]
    encoded: list[EncodedText] = encoder.encode([row.segmented for row in rows])
    centre = np.concatenate([each.sentences for each in encoded]).mean(axis=0)
    names = [(number, name) for number, domain in enumerate(taxonomy.domains) for name in prototype_texts(domain)]
    vectors = encoder.encode_queries([name for _, name in names])
    unfitted = Calibration((1.0, 0.0, 0.0), 0.0, 0.5, 1.0, 0.0, 0.5, MARGIN, CONFIDENT)
    head = PrototypeHead(taxonomy, vectors, [number for number, _ in names], centre, unfitted)

    seen = np.stack([features(head.raw(each)[0]) for each in encoded])
    truth = truth_of(rows, taxonomy)
    group_of = np.asarray([[d.group == group.code for d in taxonomy.domains] for group in taxonomy.groups])
    group_truth = np.stack([truth[:, members].max(axis=1) for members in group_of], axis=1)
    say(report(seen, truth))

    leaf = LogisticRegression(C=100, max_iter=5000).fit(seen.reshape(-1, 3), truth.ravel())
    logits = leaf.decision_function(seen.reshape(-1, 3)).reshape(truth.shape)
    highest = np.stack([logits[:, members].max(axis=1) for members in group_of], axis=1)
    group = LogisticRegression(C=100).fit(highest.reshape(-1, 1), group_truth.ravel())
    grouped = np.maximum(group.predict_proba(highest.reshape(-1, 1))[:, 1], 1 / (1 + np.exp(-highest.ravel())))
    entries = {
        "weights": [round(float(weight), 6) for weight in leaf.coef_[0]],
        "intercept": round(float(leaf.intercept_[0]), 6),
        "threshold": round(best_threshold(truth.ravel(), _left_out(seen, truth).ravel()), 2),
        "group_weight": round(float(group.coef_[0, 0]), 6),
        "group_intercept": round(float(group.intercept_[0]), 6),
        "group_threshold": round(best_threshold(group_truth.ravel(), grouped), 2),
        "margin": MARGIN,
        "confident": CONFIDENT,
    }
    save_file({"centre": centre.astype(np.float32)}, folder / "prototypes.safetensors")
    (folder / "prototypes.safetensors").chmod(0o644)
    base = manifest or {
        "name": folder.name,
        "kind": "encoder",
        "dimension": encoder.spec.dimension,
        "max_tokens": 512,
        "prompts": {},
    }
    base.pop("files", None)
    write_manifest(folder, {**base, "prototypes": entries})
    say(json.dumps(entries))


def _left_out(seen: FloatArray, truth: FloatArray) -> FloatArray:
    """Probabilities (n_texts, n_domains) of each domain by a calibration that was fitted without it, six left out in turn."""
    probabilities = np.zeros_like(truth)
    for first in range(0, truth.shape[1], LEFT_OUT):
        left = np.arange(first, min(first + LEFT_OUT, truth.shape[1]))
        others = np.setdiff1d(np.arange(truth.shape[1]), left)
        model = LogisticRegression(C=100, max_iter=5000).fit(seen[:, others].reshape(-1, 3), truth[:, others].ravel())
        probabilities[:, left] = model.predict_proba(seen[:, left].reshape(-1, 3))[:, 1].reshape(len(truth), -1)
    return probabilities


def report(seen: FloatArray, truth: FloatArray) -> str:
    """Five-fold figures of the calibrated prototypes on the training texts."""
    probability = np.zeros(truth.shape)
    decided = np.zeros(truth.shape, dtype=bool)
    for train, test in KFold(5, shuffle=True, random_state=SEED).split(seen):
        model = LogisticRegression(C=100, max_iter=5000).fit(seen[train].reshape(-1, 3), truth[train].ravel())
        inside = model.predict_proba(seen[train].reshape(-1, 3))[:, 1]
        probability[test] = model.predict_proba(seen[test].reshape(-1, 3))[:, 1].reshape(truth[test].shape)
        decided[test] = probability[test] >= best_threshold(truth[train].ravel(), inside)
    bins = np.clip((probability.ravel() * 10).astype(int), 0, 9)
    gaps = [
        abs(probability.ravel()[bins == b].mean() - truth.ravel()[bins == b].mean()) * (bins == b).mean()
        for b in range(10)
        if (bins == b).any()
    ]
    right = truth[np.arange(len(truth)), probability.argmax(axis=1)][truth.any(axis=1)].mean()
    return (
        f"five folds over {len(truth)} texts: micro-F1 {f1_score(truth.ravel(), decided.ravel()):.3f}, macro-F1 "
        f"{f1_score(truth, decided, average='macro'):.3f}, average precision "
        f"{average_precision_score(truth.ravel(), probability.ravel()):.3f}, "
        f"first domain right {right:.3f}, ECE {sum(gaps):.3f}"
    )


if __name__ == "__main__":
    main()
