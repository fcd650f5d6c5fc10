"""Fit the calibration of the prototype domains and put it into the model's manifest.

    python -m training.recipes.prototypes models/samanyar-e5-small --corpus ../shared/corpus

Seven numbers and one mean vector are fitted, on the training splits of domains and reports (without a corpus: on
`data/reports` train alone). Prints five-fold figures on the same training data; the dev splits are not read. About three
minutes on two cores. Works for any sentence-transformers folder, which then gets a manifest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import KFold

from nlp.adapters.encoders import OpenVinoConfig, SentenceTransformersConfig, open_encoder
from nlp.heads.prototypes import Calibration, PrototypeHead, features, prototype_texts
from nlp.shipped import DATA
from nlp.taxonomy import load_taxonomy
from nlp.text.normalize import normalize
from nlp.types import EncodedText, FloatArray, SegmentedText
from training.sentence_folder import write_manifest

MARGIN, CONFIDENT = 0.08, 0.6
SEED = 13


def read_texts(corpus: Path | None) -> list[dict[str, Any]]:
    """Labelled training texts: title, sentences, domains."""
    rows = [json.loads(line) for line in (DATA / "reports" / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    if corpus:
        with gzip.open(corpus / "domains" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    return rows


def segmented(row: dict[str, Any]) -> SegmentedText:
    """A labelled text as the product reads it, with the annotators' sentences."""
    sentences = tuple(normalize(sentence).text or "." for sentence in row["sentences"])
    return SegmentedText(normalize(str(row["title"])).text if row.get("title") else None, sentences)


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
    folder: Path = arguments.model
    manifest = (
        tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8")) if (folder / "manifest.toml").exists() else None
    )
    encoder = open_encoder(OpenVinoConfig() if manifest else SentenceTransformersConfig(), folder)
    taxonomy = load_taxonomy(DATA / "taxonomy.yaml")
    rows = read_texts(arguments.corpus)
    encoded: list[EncodedText] = encoder.encode([segmented(row) for row in rows])
    centre = np.concatenate([each.sentences for each in encoded]).mean(axis=0)
    texts = [(number, text) for number, domain in enumerate(taxonomy.domains) for text in prototype_texts(domain)]
    vectors = encoder.encode_queries([text for _, text in texts])
    unfitted = Calibration((1.0, 0.0, 0.0), 0.0, 0.5, 1.0, 0.0, 0.5, MARGIN, CONFIDENT)
    head = PrototypeHead(taxonomy, vectors, [number for number, _ in texts], centre, unfitted)

    seen = np.stack([features(head.raw(each)[0]) for each in encoded])
    truth = np.asarray([[d.code in {item["code"] for item in row["domains"]} for d in taxonomy.domains] for row in rows])
    group_of = np.asarray([[d.group == group.code for d in taxonomy.domains] for group in taxonomy.groups])
    group_truth = np.stack([truth[:, members].any(axis=1) for members in group_of], axis=1)
    report(seen, truth)

    leaf = LogisticRegression(C=100, max_iter=5000).fit(seen.reshape(-1, 3), truth.ravel())
    logits = leaf.decision_function(seen.reshape(-1, 3)).reshape(truth.shape)
    highest = np.stack([logits[:, members].max(axis=1) for members in group_of], axis=1)
    group = LogisticRegression(C=100).fit(highest.reshape(-1, 1), group_truth.ravel())
    grouped = np.maximum(group.predict_proba(highest.reshape(-1, 1))[:, 1], 1 / (1 + np.exp(-highest.ravel())))
    entries = {
        "weights": [round(float(weight), 6) for weight in leaf.coef_[0]],
        "intercept": round(float(leaf.intercept_[0]), 6),
        "threshold": round(best_threshold(truth.ravel(), 1 / (1 + np.exp(-logits.ravel()))), 2),
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
    print(json.dumps(entries, indent=1))


def report(seen: FloatArray, truth: FloatArray) -> None:
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
    print(
        f"five folds over {len(truth)} texts: micro-F1 {f1_score(truth.ravel(), decided.ravel()):.3f}, macro-F1 "
        f"{f1_score(truth, decided, average='macro'):.3f}, average precision "
        f"{average_precision_score(truth.ravel(), probability.ravel()):.3f}, "
        f"first domain right {right:.3f}, ECE {sum(gaps):.3f}"
    )


if __name__ == "__main__":
    main()
