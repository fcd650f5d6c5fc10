"""Readers: files of every supported format to reports. Their libraries are imported only when a file needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from nlp.adapters.readers.discover import discover
from nlp.types import Limits

if TYPE_CHECKING:
    from nlp.adapters.readers.files import FileReader

__all__ = ["ReadersConfig", "discover", "open_reader"]


class ReadersConfig(BaseModel):
    """`test_formats` maps an ending to a module that the worker imports; only tests set it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ocr: bool = True
    test_formats: Mapping[str, str] = Field(default_factory=dict)


def open_reader(config: ReadersConfig, limits: Limits) -> FileReader:
    """A `ReaderPort` that also reads streams; close it, or use it in a `with`."""
    from nlp.adapters.readers.files import FileReader

    return FileReader(ocr=config.ocr, test_formats=dict(config.test_formats), limits=limits)
