"""Any model that sentence-transformers runs: slower, because each sentence and passage is a text of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from nlp.adapters.encoders import SentenceTransformersConfig
from nlp.adapters.encoders.manifest import MANIFEST, load_manifest
from nlp.errors import ModelRefused
from nlp.ports import EncoderSpec
from nlp.text.windows import plan_passages
from nlp.types import EncodedPassage, EncodedText, FloatArray, SegmentedText

PASSAGE_WORDS = 90


class SentenceTransformersEncoder:
    """See `nlp.ports.Encoder`. Prompts named `query` and `passage` (or `document`) are used where the model has them."""

    def __init__(self, config: SentenceTransformersConfig, model: Path | str, *, allow_hub: bool) -> None:
        name = Path(model).name
        sha256 = load_manifest(Path(model)).sha256 if (Path(model) / MANIFEST).is_file() else _folder_sha256(Path(model))
        try:
            self._model = SentenceTransformer(
                str(model),
                device=None if config.device == "auto" else config.device,
                local_files_only=not allow_hub,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True, "dtype": "float32"},
            )
        except (OSError, ValueError) as error:
            raise ModelRefused("این مدل باز نشد.", f"{name}: {type(error).__name__}") from error
        dimension = self._model.get_embedding_dimension() or 0
        self.spec = EncoderSpec(name, sha256, f"sentence-transformers-{self._model.device.type}", dimension)

    def encode(self, documents: Sequence[SegmentedText]) -> list[EncodedText]:
        texts: list[str] = []
        plans: list[list[tuple[int, int]]] = []
        for document in documents:
            plan = plan_passages([len(sentence.split()) for sentence in document.sentences], PASSAGE_WORDS)
            plans.append(plan)
            lead = [document.title] if document.title else []
            texts.append("\n".join([*lead, *document.sentences]))
            texts.extend(lead)
            texts.extend(document.sentences)
            texts.extend("\n".join([*lead, *document.sentences[first:last]]) for first, last in plan)
        vectors = iter(self.encode_passages(texts))
        results = []
        for document, plan in zip(documents, plans, strict=True):
            whole = next(vectors)
            title = next(vectors) if document.title else None
            sentences = np.stack([next(vectors) for _ in document.sentences])
            passages = tuple(EncodedPassage(first, last, next(vectors)) for first, last in plan)
            results.append(EncodedText(whole, sentences, title, passages))
        return results

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(texts, ("passage", "document"))

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(texts, ("query",))

    def _encode(self, texts: Sequence[str], prompts: Sequence[str]) -> FloatArray:
        prompt = next((self._model.prompts[name] for name in prompts if self._model.prompts.get(name)), "")
        vectors = self._model.encode(
            list(texts), prompt=prompt, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.spec.dimension)


def _folder_sha256(folder: Path) -> str:
    """Over the names and contents of the folder's files; a name on a hub stands for itself."""
    digest = hashlib.sha256(folder.name.encode())
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
