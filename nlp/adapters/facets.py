"""A model folder's facets: `facets.safetensors`, `facet_terms.json` and the `[facets]` table of its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from nlp.adapters.encoders import load_manifest
from nlp.adapters.heads import PROTOTYPES
from nlp.adapters.lexical import read_lexical, write_lexical
from nlp.errors import ModelRefused
from nlp.heads.facets import FacetHead, FacetRule
from nlp.heads.lexical import LexicalHead
from nlp.heads.prototypes import Calibration, PrototypeHead, prototype_texts
from nlp.ports import Encoder
from nlp.taxonomy import Taxonomy

FACETS, TERMS = "facets.safetensors", "facet_terms.json"
_PLAIN = Calibration((1.0, 0.0, 0.0), 0.0, 0.5, 1.0, 0.0, 0.5, 0.0, 0.0)


def open_facets(folder: Path, encoder: Encoder, facets: Taxonomy) -> FacetHead | None:
    """None where the model has none, or was fitted on other codes. :raises ModelRefused: its files are damaged."""
    manifest = load_manifest(folder) if (folder / "manifest.toml").is_file() else None
    if manifest is None or manifest.facets is None:
        return None
    try:
        values = manifest.facets
        if list(values["codes"]) != [facet.code for facet in facets.domains]:
            return None
        rule = FacetRule(
            np.asarray(values["weights"], dtype=np.float32),
            float(values["intercept"]),
            np.asarray(values["thresholds"], dtype=np.float32),
        )
        lexical = read_lexical(folder / TERMS, load_file(folder / FACETS), "", values)
        return FacetHead(facets, prototypes_of(folder, encoder, facets), lexical, rule)
    except (OSError, KeyError, TypeError, ValueError, IndexError, SafetensorError) as error:
        said = f"{folder.name}: {type(error).__name__}: {error}"
        raise ModelRefused("فعالیت‌ها و گروه‌های هدف مدل خواندنی نیست.", said) from error


def prototypes_of(folder: Path, encoder: Encoder, facets: Taxonomy) -> PrototypeHead:
    """How near texts come to the names and definitions of the facets."""
    texts = [(number, text) for number, facet in enumerate(facets.domains) for text in prototype_texts(facet)]
    vectors = encoder.encode_queries([text for _, text in texts])
    return PrototypeHead(facets, vectors, [number for number, _ in texts], load_file(folder / PROTOTYPES)["centre"], _PLAIN)


def save_facets(folder: Path, facets: Taxonomy, lexical: LexicalHead, rule: FacetRule) -> dict[str, Any]:
    """Write tensors and terms; returns the `[facets]` table for the manifest."""
    tensors, sizes = write_lexical(lexical, folder / TERMS, "")
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, folder / FACETS)
    (folder / FACETS).chmod(0o644)
    return {
        "codes": [facet.code for facet in facets.domains],
        "weights": [round(float(each), 6) for each in rule.weights],
        "intercept": round(rule.intercept, 6),
        "thresholds": [round(float(each), 3) for each in rule.thresholds],
        **sizes,
    }
