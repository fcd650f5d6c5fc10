"""Encoders: text to vectors. Their libraries are imported only when one is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from nlp.adapters.encoders.manifest import MANIFEST, load_manifest
from nlp.errors import MissingExtra, ModelRefused
from nlp.ports import Encoder

__all__ = ["EncoderConfig", "OpenVinoConfig", "SentenceTransformersConfig", "TorchConfig", "load_manifest", "open_encoder"]


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenVinoConfig(_Config):
    """The default on a CPU. `auto` is int8 where the model ships a quantized body, else the fastest float the CPU computes."""

    kind: Literal["openvino"] = "openvino"
    precision: Literal["auto", "float32", "bfloat16", "int8"] = "auto"
    threads: int = Field(default=0, ge=0, description="0: every core")


class TorchConfig(_Config):
    """The same numbers on torch, CPU or GPU."""

    kind: Literal["torch"] = "torch"
    device: str = "auto"


class SentenceTransformersConfig(_Config):
    """Any other model, as sentence-transformers runs it; each sentence and passage is encoded on its own."""

    kind: Literal["sentence_transformers"] = "sentence_transformers"
    device: str = "auto"


EncoderConfig = Annotated[OpenVinoConfig | TorchConfig | SentenceTransformersConfig, Field(discriminator="kind")]


def open_encoder(
    config: OpenVinoConfig | TorchConfig | SentenceTransformersConfig,
    model: Path | str,
    *,
    cache: Path | None = None,
    allow_hub: bool = False,
) -> Encoder:
    """Load a model folder (or, with `allow_hub`, a name on the hub, through sentence-transformers).

    :raises ModelRefused: the folder is missing, altered, or not of a kind that this engine runs.
    :raises MissingExtra: the engine is not installed."""
    folder = Path(model)
    if not folder.is_dir() and not (allow_hub and isinstance(config, SentenceTransformersConfig)):
        raise ModelRefused("چنین مدلی پیدا نشد.", f"{folder.name} is not a folder; names on a hub need SAMANYAR_ALLOW_HUB")
    if not isinstance(config, SentenceTransformersConfig) and not (folder / MANIFEST).is_file():
        raise ModelRefused(
            "این مدل شناسنامه ندارد؛ آن را با SAMANYAR_ENCODER__KIND=sentence_transformers باز کنید.",
            f"{folder.name} has no {MANIFEST}",
        )
    try:
        match config:
            case OpenVinoConfig():
                from nlp.adapters.encoders.openvino import open_openvino

                return open_openvino(config, folder, cache)
            case TorchConfig():
                from nlp.adapters.encoders.torch import open_torch

                return open_torch(config, folder)
            case SentenceTransformersConfig():
                from nlp.adapters.encoders.sentence_transformers import SentenceTransformersEncoder

                return SentenceTransformersEncoder(config, model, allow_hub=allow_hub)
            case _:
                assert_never(config)
    except ModuleNotFoundError as error:
        extra = {"torch": "torch", "sentence_transformers": "sentence-transformers"}.get(config.kind, "")
        raise MissingExtra(
            f"این موتور نصب نیست: pip install samanyar[{extra}]", f"{error.name} is missing: pip install samanyar[{extra}]"
        ) from error
