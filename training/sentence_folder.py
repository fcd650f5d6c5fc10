"""Write `models/<name>/`: a sentence-transformers folder with half-precision safetensors, a manifest and a card."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import tomli_w
from transformers import PreTrainedModel, PreTrainedTokenizerFast

PREFIXES = {"query": "query: ", "passage": "passage: "}


def write_sentence_folder(
    folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, *, source: str, licence: str
) -> None:
    """Everything but the card; the manifest comes last, with the SHA-256 of every other file."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    hidden, positions = model.config.hidden_size, model.config.max_position_embeddings
    module = "sentence_transformers.models."
    _write(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
    )
    _write(folder / "sentence_bert_config.json", {"max_seq_length": positions, "do_lower_case": False})
    _write(
        folder / "config_sentence_transformers.json",
        {"prompts": PREFIXES, "default_prompt_name": "passage", "similarity_fn_name": "cosine"},
    )
    (folder / "1_Pooling").mkdir(exist_ok=True)
    _write(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    )
    write_manifest(
        folder,
        {
            "name": folder.name,
            "kind": "encoder",
            "dimension": hidden,
            "max_tokens": positions,
            "pooling": "mean",
            "similarity": "cosine",
            "source": source,
            "licence": licence,
            "prompts": PREFIXES,
        },
    )


def write_manifest(folder: Path, entries: dict[str, Any]) -> None:
    """`manifest.toml`: the entries, and the SHA-256 of every file beside it but those that people read."""
    read = {"manifest.toml", "CARD.md", "evaluation.md"}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in read)
    hashes = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    (folder / "manifest.toml").write_text(tomli_w.dumps({**entries, "files": hashes}), encoding="utf-8")


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
