"""Generators: models that write a summary in words of their own. None by default; only an administrator's setting opens one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, assert_never

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr

from nlp.errors import MissingExtra
from nlp.ports import Generator


class _Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoGenerator(_Config):
    """Summaries are extractive."""

    kind: Literal["none"] = "none"


class TransformersGenerator(_Config):
    """A local sequence-to-sequence model; `prefix` is put before each text, where the model wants one."""

    kind: Literal["transformers"] = "transformers"
    model: Path
    prefix: str = ""
    device: str = "auto"


class OpenAiGenerator(_Config):
    """Any endpoint that speaks OpenAI's chat completions; `url` ends before `/chat/completions`. Personal data is masked in
    what it is sent, and redirects are not followed."""

    kind: Literal["openai"] = "openai"
    url: AnyHttpUrl
    model: str
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=60, gt=0, le=600)


GeneratorConfig = Annotated[NoGenerator | TransformersGenerator | OpenAiGenerator, Field(discriminator="kind")]


def open_generator(config: NoGenerator | TransformersGenerator | OpenAiGenerator) -> Generator | None:
    """:raises MissingExtra: its library is not installed. :raises ModelRefused: the folder is no such model."""
    match config:
        case NoGenerator():
            return None
        case TransformersGenerator():
            try:
                from nlp.adapters.generators.transformers import Seq2SeqGenerator
            except ModuleNotFoundError as error:
                raise MissingExtra("برای خلاصه‌نویس: pip install samanyar[torch]", f"{error.name} is missing") from error
            return Seq2SeqGenerator(config)
        case OpenAiGenerator():
            try:
                from nlp.adapters.generators.openai import ChatGenerator
            except ModuleNotFoundError as error:
                raise MissingExtra("برای خلاصه‌نویس: pip install samanyar[openai]", f"{error.name} is missing") from error
            return ChatGenerator(config)
        case _:
            assert_never(config)
