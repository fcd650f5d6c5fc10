"""Which column of a table is which field of a report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import yaml

from nlp.adapters.readers.request import Refused
from nlp.shipped import DATA
from nlp.text.characters import DIACRITICS, TRANSLATE_LETTERS, TRANSLATE_REST

_NOT_WORD = re.compile(r"[\W_]+")
_ASIDE = re.compile(r"[(\[«{][^)\]»}]*[)\]»}]")
_PREFIX = re.compile(r"^\s*ستون\s*[:：]")


def fold(header: str) -> str:
    """A header without case, spaces, half-spaces, punctuation, diacritics, kashida and Arabic spellings."""
    text = header.translate(TRANSLATE_LETTERS).translate(TRANSLATE_REST).translate(_HAMZA)
    text = _PREFIX.sub("", DIACRITICS.sub("", text).replace("ـ", ""))
    return _NOT_WORD.sub("", text).casefold()


_HAMZA = str.maketrans({"ؤ": "و", "أ": "ا", "إ": "ا", "ۀ": "ه", "\u0654": None})


@lru_cache(maxsize=1)
def _aliases() -> dict[str, tuple[str, int]]:
    """Folded alias to its field and its rank there; lower is better."""
    fields: dict[str, list[str]] = yaml.safe_load((DATA / "headers.yaml").read_text(encoding="utf-8"))
    aliases: dict[str, tuple[str, int]] = {}
    for name, names in fields.items():
        for rank, alias in enumerate(names):
            aliases.setdefault(fold(alias), (name, rank))
    return aliases


def fields() -> frozenset[str]:
    """The fields that a column can be mapped to."""
    return frozenset(name for name, _ in _aliases().values())


@lru_cache(maxsize=4096)
def field_of(header: str) -> tuple[str, int] | None:
    """The field that a header names, and how good the name is; words in brackets may be left out."""
    aliases = _aliases()
    return aliases.get(fold(header)) or aliases.get(fold(_ASIDE.sub(" ", header)))


def assign(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Column number to field; `mapping` comes first, then the best alias of each field.

    :raises Refused: `no_text_column`: a mapped column is not there."""
    chosen: dict[int, str] = {}
    for field, wanted in mapping.items():
        column = _find(headers, wanted)
        if column is None:
            detail = f"no column {wanted!r} for {field}; headers: {', '.join(shown(headers))}"
            raise Refused("no_text_column", detail, hint="mapped_column")
        chosen[column] = field
    best: dict[str, tuple[int, int]] = {}
    for column, header in enumerate(headers):
        known = field_of(header)
        if known is None or column in chosen or known[0] in mapping:
            continue
        best[known[0]] = min(best.get(known[0], (known[1], column)), (known[1], column))
    chosen.update({column: field for field, (_, column) in best.items()})
    return chosen


def _find(headers: Sequence[str], wanted: str) -> int | None:
    if wanted in headers:
        return headers.index(wanted)
    folded = [fold(header) for header in headers]
    return folded.index(fold(wanted)) if fold(wanted) and fold(wanted) in folded else None


def shown(headers: Sequence[str]) -> list[str]:
    """Headers as a detail lists them: not too many, and no long ones (without a header row, they are texts)."""
    named = [header if len(header) <= 40 else "…" for header in headers if header]
    return [*named[:30], "…"] if len(named) > 30 else named


def extra_names(headers: Sequence[str], chosen: Mapping[int, str]) -> dict[int, str]:
    """Names for the columns that no field claims: unique, and «ستون C» where there is none."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for column, header in enumerate(headers):
        if column in chosen:
            continue
        base = name = header or f"ستون {letters(column)}"
        number = 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        names[column] = name
    return names


def letters(column: int) -> str:
    """A column's letters as spreadsheets show them: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
