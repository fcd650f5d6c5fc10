"""Nearest-neighbour indexes. Adding one: a file here, a config in the union, a case below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from nlp.ports import VectorIndex


class ExactConfig(BaseModel):
    """NumPy, one matrix product a search: the oracle of the tests, and enough for a few ten thousand vectors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["exact"] = "exact"


class FaissConfig(BaseModel):
    """FAISS: the same answers as `exact`, faster; past `flat_up_to` vectors in inverted lists, nearly the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["faiss"] = "faiss"
    flat_up_to: int = Field(default=200_000, ge=1000)


IndexConfig = Annotated[ExactConfig | FaissConfig, Field(discriminator="kind")]


def open_index(config: ExactConfig | FaissConfig, dimension: int) -> VectorIndex:
    """An empty index for vectors of this dimension. Not thread-safe: the caller lets one writer in, and no reader beside it."""
    match config:
        case ExactConfig():
            from nlp.adapters.indexes.exact import ExactIndex  # imported only when chosen

            return ExactIndex(dimension)
        case FaissConfig():
            from nlp.adapters.indexes.faiss import FaissIndex  # imported only when chosen

            return FaissIndex(dimension, config.flat_up_to)
        case _:
            assert_never(config)
