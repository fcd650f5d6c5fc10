"""Nouns that reports count, and the kinds of fact they may make: `data/facts/nouns.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nlp.shipped import DATA


@lru_cache(maxsize=1)
def noun_kinds() -> Mapping[str, tuple[str, ...]]:
    """Some 3,600 nouns in their base form; a word may be of several kinds («زندانی»: people and cases)."""
    lines = (DATA / "facts" / "nouns.tsv").read_text(encoding="utf-8").splitlines()
    return {noun: tuple(kinds.split(",")) for noun, _, kinds in (line.partition("\t") for line in lines)}
