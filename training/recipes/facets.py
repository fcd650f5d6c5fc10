"""Fit activities and target groups, and put them into a model's folder.

    python -m training.recipes.facets models/samanyar-1

Labels: 150 of our own reports (`data/facets/reports.jsonl`) and the 24 NGOs with several (`data/ngos/reports.jsonl`). In turn a
third of the texts, by the hash of the report or the NGO, is held out from everything that is fitted, thresholds too: those are
the lowest at which a code is right in `WANTED` of the cases among the other texts, each scored by a head that had not seen it.
A code that is right in less than `PRECISION` of the cases over the held-out thirds is not shown. Two minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.adapters.facets import prototypes_of, save_facets
from nlp.heads.calibration import sigmoid
from nlp.heads.facets import FacetRule, facet_features
from nlp.heads.lexical import LexicalHead
from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy, load_facets
from nlp.text.normalize import normalize
from nlp.types import FloatArray, IntArray, SegmentedText
from training.corpora import read_lines
from training.recipes.lexical import LexicalConfig, train_lexical
from training.sentence_folder import write_manifest

PRECISION, WANTED, LEAST_SHOWN = 0.8, 0.85, 5
THIRDS, INNER = 3, 4
NEVER = 2.0
CONFIG = LexicalConfig(words=(1, 2), characters=(3, 5), min_documents=2, cost=1.0)
SEED = 13


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with their facets; truth: (n_texts, n_codes); third, inner: (n_texts,), its third, and its fold in the others."""

    texts: list[SegmentedText]
    truth: FloatArray
    third: IntArray
    inner: IntArray


def read_labelled(facets: Taxonomy) -> Labelled:
    """The 150 reports and those of the NGOs; an NGO is in one third."""
    reports = {row["id"]: row for row in read_lines(DATA / "reports" / "train.jsonl")}
    rows = [(reports[row["id"]], row, row["id"]) for row in read_lines(DATA / "facets" / "reports.jsonl")]
    rows += [(row, row, row["key"]) for row in read_lines(DATA / "ngos" / "reports.jsonl")]
    truth = [
        [facet.code in {each["code"] for each in labels[facet.group]} for facet in facets.domains] for _, labels, _ in rows
    ]
    texts = [
        SegmentedText(normalize(row["title"]).text, tuple(normalize(each).text for each in row["sentences"]))
        for row, _, _ in rows
    ]
    keys = [key for _, _, key in rows]
    return Labelled(
        texts, np.asarray(truth, dtype=np.float32), _hashed(keys, "", THIRDS), _hashed(keys, "inner", INNER)
    )  # fmt: skip


def _hashed(keys: Sequence[str], salt: str, parts: int) -> IntArray:
    digests = [hashlib.sha1((key + salt).encode(), usedforsecurity=False).digest()[:4] for key in keys]
    return np.asarray([int.from_bytes(digest, "big") % parts for digest in digests], dtype=np.int64)


def fit_facets(folder: Path, say: Callable[[str], None]) -> None:
    """Write `facets.safetensors`, `facet_terms.json` and the `[facets]` table of a model folder that has prototypes."""
    facets = load_facets(DATA / "facets.yaml")
    labelled = read_labelled(facets)
    encoder = open_encoder(OpenVinoConfig(), folder)
    head = prototypes_of(folder, encoder, facets)
    raw = np.stack([head.raw(each)[0] for each in encoder.encode(labelled.texts)])
    everything = np.arange(len(labelled.texts))
    shown = np.zeros_like(labelled.truth)
    for third in range(THIRDS):
        outside, inside = np.flatnonzero(labelled.third == third), np.flatnonzero(labelled.third != third)
        head_of_third, rule = _fitted(labelled, raw, inside, facets)
        logits = _features(raw[outside], _scores(head_of_third, labelled, outside), facets) @ rule.weights + rule.intercept
        shown[outside] = sigmoid(logits) >= rule.thresholds
    right = (shown * labelled.truth).sum(axis=0) / np.maximum(shown.sum(axis=0), 1)
    say(report(facets, shown, labelled.truth))
    lexical_head, rule = _fitted(labelled, raw, everything, facets)
    kept = np.where((right >= PRECISION) & (shown.sum(axis=0) >= LEAST_SHOWN), rule.thresholds, NEVER).astype(np.float32)
    table = save_facets(folder, facets, lexical_head, FacetRule(rule.weights, rule.intercept, kept))
    manifest: dict[str, Any] = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    manifest.pop("files", None)
    write_manifest(folder, {**manifest, "facets": table})


def _fitted(labelled: Labelled, raw: FloatArray, chosen: IntArray, facets: Taxonomy) -> tuple[LexicalHead, FacetRule]:
    """The lexical head of the chosen texts, and the rule and thresholds over scores of texts that it had not seen."""
    lexical = np.zeros_like(labelled.truth[chosen])
    for fold in range(INNER):
        outside = labelled.inner[chosen] == fold
        lexical[outside] = _scores(_trained(labelled, chosen[~outside]), labelled, chosen[outside])
    seen = _features(raw[chosen], lexical, facets).reshape(-1, 4)
    model = LogisticRegression(C=100, max_iter=5000).fit(seen, labelled.truth[chosen].ravel())
    probabilities = model.predict_proba(seen)[:, 1].reshape(lexical.shape)
    found = [_threshold(*pair) for pair in zip(probabilities.T, labelled.truth[chosen].T, strict=True)]
    thresholds = np.asarray(found, dtype=np.float32)
    return _trained(labelled, chosen), FacetRule(model.coef_[0].astype(np.float32), float(model.intercept_[0]), thresholds)


def _trained(labelled: Labelled, chosen: IntArray) -> LexicalHead:
    ones = np.ones(len(chosen), dtype=np.float32)
    return train_lexical([labelled.texts[n] for n in chosen], labelled.truth[chosen], ones, ones, CONFIG, SEED)


def _scores(head: LexicalHead, labelled: Labelled, chosen: IntArray) -> FloatArray:
    return np.stack([head.score(labelled.texts[n])[0] for n in chosen])


def _features(raw: FloatArray, lexical: FloatArray, facets: Taxonomy) -> FloatArray:
    groups = [facet.group for facet in facets.domains]
    return np.stack([facet_features(*row, groups) for row in zip(raw, lexical, strict=True)])


def _threshold(probabilities: FloatArray, truth: FloatArray) -> float:
    """The lowest threshold from 0.3 at which `WANTED` is reached over at least `LEAST_SHOWN` texts; `NEVER` if none."""
    for threshold in np.arange(0.3, 0.96, 0.01):
        shown = probabilities >= threshold
        if shown.sum() < LEAST_SHOWN:
            break
        if truth[shown].mean() >= WANTED:
            return round(float(threshold), 2)
    return NEVER


def report(facets: Taxonomy, shown: FloatArray, truth: FloatArray) -> str:
    """Precision and recall over the held-out thirds."""
    lines = ["| code | texts | shown | precision | recall |", "| --- | --- | --- | --- | --- |"]
    right = (shown * truth).sum(axis=0)
    for n, facet in enumerate(facets.domains):
        count, texts = int(shown[:, n].sum()), int(truth[:, n].sum())
        precision = f"{right[n] / count:.2f}" if count else "—"
        lines.append(f"| {facet.code} | {texts} | {count} | {precision} | {right[n] / max(1, texts):.2f} |")
    return "\n".join([*lines, f"all: precision {right.sum() / shown.sum():.3f}, recall {right.sum() / truth.sum():.3f}"])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    fit_facets(parser.parse_args().model, print)


if __name__ == "__main__":
    main()
