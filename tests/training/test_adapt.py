"""Adaptation changes the upper layers alone, and a finished folder is left as it is."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from nlp.shipped import MODELS
from training.recipes.adapt import AdaptConfig, adapt
from training.run import Run

BASE = MODELS / "samanyar-e5-small"
WORDS = "زندان خانواده مدرسه اعتیاد جنگل سیل سرقت وام کودک بیمار زن کار".split()
pytestmark = pytest.mark.filterwarnings("ignore")


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve small texts of our own in the form of every set of pairs."""
    folder = tmp_path_factory.mktemp("corpus")
    about = [
        (f"گزارش {word} شماره {n}", f"این متن از {word} می‌گوید و از کاری که برای آن شد. " * 2) for n, word in enumerate(WORDS)
    ]
    sets = {
        "domains/dev": [{"title": "عنوانی که می‌سنجد"}],
        "pairs/pquad": [
            {"title": f"عنوان {n}", "question": ask, "text": text, "is_impossible": False}
            for n, (ask, text) in enumerate(about)
        ],
        "pairs/headline_lead": [{"title": ask, "text": text} for ask, text in about],
        "summaries/train": [{"title": ask, "summary": ask, "text": text, "novel_bigrams": 0.5} for ask, text in about],
        "pairs/percqa": [{"title": ask, "text": "؟", "answers": [{"text": text, "label": "Good"}]} for ask, text in about],
        "pairs/exappc_sample": [{"text": ask, "text2": text, "label": "paraphrase"} for ask, text in about],
        "pairs/ntrex_en_fa": [{"en": f"report {n}", "text": text} for n, (_, text) in enumerate(about)],
        "pairs/farstail_nli": [
            {"text": ask, "text2": text, "label": label, "split": "train"}
            for ask, first in about
            for label, text in (("e", first), ("c", f"نه {first}"))
        ],
        "pairs/stsb_fa": [
            {"text": ask, "text2": text, "score": n % 6, "split": "train"} for n, (ask, text) in enumerate(about)
        ],
    }
    for name, rows in sets.items():
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    return folder


def test_only_the_upper_layers_change_and_a_finished_folder_is_kept(corpus: Path, tmp_path: Path) -> None:
    config = AdaptConfig(
        layers=1,
        epochs=1,
        batch=4,
        learning_rate=1e-3,
        warmup=0.1,
        scale=50.0,
        max_tokens=24,
        body_words=12,
        negatives=1,
        most=4,
        keep=0.5,
    )
    folder = adapt(BASE, config, corpus, 13, tmp_path / "adapted", silent)
    before, after = load_file(BASE / "model.safetensors"), load_file(folder / "model.safetensors")
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith("encoder.layer.11.") for name in changed)
    at = (folder / "model.safetensors").stat().st_mtime_ns
    assert adapt(BASE, config, corpus, 13, folder, silent) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == at


def test_without_pairs_the_encoder_in_use_stays_if_its_lower_layers_are_shared(tmp_path: Path) -> None:
    from nlp.shipped import DATA
    from nlp.taxonomy import load_taxonomy
    from training.train import encoder_for, read_config

    config = read_config(Path(__file__).parents[2] / "training" / "configs" / "samanyar-1.toml")
    run = Run([], load_taxonomy(DATA / "taxonomy.yaml"), config, BASE, tmp_path / "run", silent)
    other = tmp_path / "other"
    other.mkdir()
    assert encoder_for(run, None, MODELS / "samanyar-1") == MODELS / "samanyar-1"
    assert encoder_for(run, None, other) == BASE
