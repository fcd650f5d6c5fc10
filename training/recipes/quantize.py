"""Quantize the encoder's body to int8 (post-training, NNCF), 22 MB beside the weights: `openvino/int8.xml` and `.bin`.

    python -m training.recipes.quantize models/samanyar-e5-small

Takes about one minute on two cores. Activation ranges are read off 200 training reports of `data/reports` (our own texts);
embeddings stay in half precision and are shared with the float graphs. The manifest is written again.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import nncf
import numpy as np
import openvino as ov
from tokenizers import Tokenizer

from nlp.adapters.encoders.bert_graph import Weights, build_body, with_embeddings
from nlp.adapters.encoders.openvino import QUANTIZED_BODY, load_weights
from nlp.shipped import DATA
from nlp.types import FloatArray, IntArray
from training.sentence_folder import PREFIXES, write_manifest

SAMPLES = 200


def calibration_windows(tokenizer: Tokenizer) -> list[list[int]]:
    """Token ids of training reports as passages, and of their titles as queries, at most 512 tokens each."""
    reports = [json.loads(line) for line in (DATA / "reports" / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [PREFIXES["passage"] + " ".join([report["title"], *report["sentences"]]) for report in reports[:SAMPLES]]
    texts += [PREFIXES["query"] + report["title"] for report in reports[: SAMPLES // 4]]
    return [encoding.ids[:512] for encoding in tokenizer.encode_batch(texts)]


def quantize(folder: Path) -> None:
    """Write the quantized body of a model folder, with its domain branch where it has one, and its manifest again."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = load_weights(folder)
    body = build_body(config, weights)
    embeddings = ov.Core().compile_model(_embeddings_only(config, weights), "CPU")

    def feed(ids: list[int]) -> dict[str, FloatArray | IntArray]:
        row = np.asarray([ids], dtype=np.int64)
        return {"embedded": embeddings([row, np.ones_like(row)])[0], "attention_mask": np.ones_like(row)}

    windows = calibration_windows(Tokenizer.from_file(str(folder / "tokenizer.json")))
    quantized = nncf.quantize(
        body,
        nncf.Dataset(windows, feed),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(windows),
    )
    target = folder / QUANTIZED_BODY
    target.parent.mkdir(exist_ok=True)
    ov.save_model(quantized, target, compress_to_fp16=True)
    entries = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    entries.pop("files")
    write_manifest(folder, entries)
    print(f"wrote {target}, {target.with_suffix('.bin').stat().st_size / 1e6:.1f} MB")


def main() -> None:
    """Run the recipe on the model folder named by the first argument."""
    quantize(Path(sys.argv[1]))


def _embeddings_only(config: dict[str, object], weights: Weights) -> ov.Model:
    """The embedding half of the graph, to feed calibration: a body without layers."""
    own = {name: value for name, value in weights.items() if not name.startswith("branch.")}
    return with_embeddings(build_body({**config, "num_hidden_layers": 0}, own), config, own)


if __name__ == "__main__":
    main()
