"""Executors: where a batch runs. Adding one: a file here, a config in the union, a case below."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from nlp.ports import Executor


class LocalConfig(BaseModel):
    """This machine: in this process with one worker, else in that many processes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["local"] = "local"
    workers: int = Field(default=1, ge=1, le=64)


ExecutorConfig = LocalConfig


def open_executor(config: ExecutorConfig) -> Executor:
    """The executor that the config names."""
    from nlp.adapters.executors.local import LocalExecutor

    return LocalExecutor(config.workers)
