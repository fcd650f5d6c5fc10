"""A lexical head in a model folder: its tensors within a file, its terms beside it, its n-gram sizes in the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nlp.heads.lexical import LexicalFeatures, LexicalHead, NgramRange


def read_lexical(terms: Path, tensors: Mapping[str, Any], prefix: str, values: Mapping[str, Any]) -> LexicalHead:
    """terms: the file of the terms, in the order of their columns; prefix: of the tensors' names; values: the table of the
    manifest."""
    names = json.loads(terms.read_text(encoding="utf-8"))
    features = LexicalFeatures(
        {term: column for column, term in enumerate(names)},
        tensors[f"{prefix}idf"],
        NgramRange(*values["words"]),
        NgramRange(*values["characters"]),
    )
    return LexicalHead(features, tensors[f"{prefix}weights"], tensors[f"{prefix}bias"])


def write_lexical(head: LexicalHead, terms: Path, prefix: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the terms; returns the tensors and the entries for the manifest's table."""
    features = head.features
    terms.write_text(json.dumps(sorted(features.terms, key=features.terms.__getitem__), ensure_ascii=False), "utf-8")
    tensors = {
        f"{prefix}idf": features.idf,
        f"{prefix}weights": head.weights.astype(np.float16),
        f"{prefix}bias": head.bias,
    }
    sizes = {
        "words": [features.words.shortest, features.words.longest],
        "characters": [features.characters.shortest, features.characters.longest],
    }
    return tensors, sizes
