"""Adapt the encoder to Persian similarity: contrastive training on pairs, with hard negatives that the encoder itself finds.

    python -m training.recipes.adapt training/configs/samanyar-1.toml --corpus ../shared/corpus --out var/adapted

Only the upper layers are trained, as many as the domain branch has of its own, so that both share those below. The pairs are
those of `training/pairs.py`; the contradiction of an entailed premise is its hard negative. Losses: multiple negatives ranking
(Henderson et al. 2017), and CoSENT (Su 2022) for graded similarity. The weights are then drawn back towards the base, which
keeps what it could do (WiSE-FT, Wortsman et al. 2022). About twenty minutes on two cores; goes on from the last checkpoint
beside the output folder.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import CoSENTLoss, MultipleNegativesRankingLoss
from sentence_transformers.util import mine_hard_negatives
from torch import nn
from transformers import set_seed

from nlp.text.normalize import normalize
from training.corpora import read_lines
from training.pairs import LICENCES, RETRIEVAL, SAME_KIND, entailments
from training.recipes.shared_layers import computes_bfloat16, half_precision
from training.sentence_folder import PREFIXES, write_manifest


@dataclass(frozen=True, slots=True)
class AdaptConfig:
    """The `[adapt]` table of a training configuration; `layers`: how many upper layers are trained, those of the branch;
    `most`: how many pairs of a set are read at the most; `keep`: how far the weights go from the base to the trained ones."""

    layers: int
    epochs: int
    batch: int
    learning_rate: float
    warmup: float
    scale: float
    max_tokens: int
    body_words: int
    negatives: int
    most: int
    keep: float


def _clean(text: str, kind: str) -> str:
    return PREFIXES[kind] + re.sub(r"\s+", " ", normalize(text).text)


def _drawn(rows: Sequence[Any], most: int, seed: int) -> list[Any]:
    return random.Random(seed).sample(list(rows), min(most, len(rows)))  # noqa: S311 - not for cryptography


def datasets(corpus: Path, config: AdaptConfig, model: SentenceTransformer, seed: int) -> dict[str, Dataset]:
    """One set of rows a source, prompts in place. Retrieval pairs get negatives from ranks 5 to 50 that are no near copies."""
    found = {}
    for source in RETRIEVAL:
        pairs = dict(_drawn(source(corpus, config.body_words), config.most, seed))
        rows = Dataset.from_dict(
            {"anchor": [_clean(a, "query") for a in pairs], "positive": [_clean(b, "passage") for b in pairs.values()]}
        )
        found[source.__name__] = mine_hard_negatives(
            rows, model, num_negatives=config.negatives, range_min=5, range_max=50, relative_margin=0.03,
            sampling_strategy="random", output_format="n-tuple", batch_size=64, verbose=False,
        )  # fmt: skip
    for source in SAME_KIND:
        pairs = dict(_drawn(source(corpus, config.body_words), config.most, seed))
        found[source.__name__] = Dataset.from_dict(
            {"anchor": [_clean(a, "query") for a in pairs], "positive": [_clean(b, "query") for b in pairs.values()]}
        )
    threes = _drawn(entailments(corpus), config.most, seed)
    names = ("anchor", "positive", "negative")
    found["entailments"] = Dataset.from_dict(
        {name: [_clean(row[n], "query") for row in threes] for n, name in enumerate(names)}
    )
    graded = [row for row in read_lines(corpus / "pairs" / "stsb_fa.jsonl.gz") if row["split"] == "train"]
    graded = _drawn(graded, config.most, seed)
    found["similarity"] = Dataset.from_dict(
        {
            "sentence1": [_clean(row["text"], "query") for row in graded],
            "sentence2": [_clean(row["text2"], "query") for row in graded],
            "score": [float(row["score"]) / 5 for row in graded],
        }
    )
    return found


def adapt(base: Path, config: AdaptConfig, corpus: Path, seed: int, out: Path, say: Callable[[str], None]) -> Path:
    """Write a model folder at `out`: the base with its upper layers adapted. Returns `out`; where it is complete, nothing is
    done."""
    if (out / "manifest.toml").is_file():
        return out
    model = SentenceTransformer(str(base), local_files_only=True, model_kwargs={"dtype": "float32"})
    model.max_seq_length = config.max_tokens
    model.prompts, model.default_prompt_name = {}, None  # the rows carry theirs
    body: Any = model[0].auto_model
    for parameter in body.parameters():
        parameter.requires_grad = False
    for layer in body.encoder.layer[-config.layers :]:
        layer.requires_grad_(requires_grad=True)
    set_seed(seed)  # the miner draws from the global generator
    say("adaptation: mining hard negatives")
    with half_precision(model.device.type):
        rows = datasets(corpus, config, model, seed)
    say("adaptation: " + ", ".join(f"{name} {len(each)}" for name, each in rows.items()))
    ranking = MultipleNegativesRankingLoss(model, scale=config.scale)
    losses: dict[str, nn.Module] = {name: CoSENTLoss(model) if name == "similarity" else ranking for name in rows}
    checkpoints = out.parent / f"{out.name}-checkpoints"
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(checkpoints), num_train_epochs=config.epochs, per_device_train_batch_size=config.batch,
        learning_rate=config.learning_rate, warmup_steps=config.warmup, seed=seed, save_steps=100, save_total_limit=1,
        logging_steps=20, report_to=[], bf16=computes_bfloat16(model.device.type),
        use_cpu=model.device.type == "cpu", disable_tqdm=True, dataloader_pin_memory=False,
        multi_dataset_batch_sampler="proportional", batch_sampler="no_duplicates",
    )  # fmt: skip
    trainer = SentenceTransformerTrainer(model, arguments, train_dataset=rows, loss=losses)
    trainer.train(resume_from_checkpoint=any(checkpoints.glob("checkpoint-*")))
    shutil.copytree(base, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("openvino", "CARD.md", "manifest.toml"))
    before, after = load_file(base / "model.safetensors"), body.state_dict()
    weights = {name: torch.lerp(value.float(), after[name].float().cpu(), config.keep).half() for name, value in before.items()}
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)
    entries = tomllib.loads((base / "manifest.toml").read_text(encoding="utf-8"))
    entries.pop("files")
    write_manifest(out, {**entries, "name": out.name, "trained_on": dict(LICENCES)})
    return out


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--base", type=Path, default=Path("models/samanyar-e5-small"))
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    choices = tomllib.loads(arguments.config.read_text(encoding="utf-8"))
    config = AdaptConfig(layers=int(choices["branch"]["layers"]), **choices["adapt"])
    adapt(arguments.base, config, arguments.corpus, int(choices["seed"]), arguments.out, print)


if __name__ == "__main__":
    main()
