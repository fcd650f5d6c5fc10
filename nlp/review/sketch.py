"""A report's MinHash sketch: reports that share a good part of their text share a band of it.

Shingles are three lemmas in a row, numbers masked, so that a copy with other figures or another spelling keeps its shingles.
Two rows a band: a pair of Jaccard similarity 0.3 meets with probability 0.998, one of 0.02 with 0.03. MinHash: Broder 1997;
bands: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from datasketch import MinHash

RULES = 1
"""Counts up when the same lemmas give another sketch."""
SHINGLE, PERMUTATIONS, ROWS = 3, 128, 2
MASK = "0"
"""What stands for every number."""
_DIGITS = re.compile(r"[0-9]+")


def masked(lemmas: Iterable[str]) -> list[str]:
    """With every number as `0`."""
    return [_DIGITS.sub(MASK, lemma) for lemma in lemmas]


def shingles(lemmas: Sequence[str]) -> frozenset[str]:
    """Of the lemmas of a text (`nlp.text.tokens`); a text shorter than a shingle is one."""
    words = masked(lemmas)
    last = max(1, len(words) - SHINGLE + 1)
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(last)) if words else frozenset()


def bands(lemmas: Sequence[str]) -> Sequence[int]:
    """The keys of a text's bands, signed 64 bits; none for a text without words."""
    found = shingles(lemmas)
    if not found:
        return ()
    sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update_batch([shingle.encode() for shingle in found])
    values = sketch.hashvalues.astype("<u8")
    keys = []
    for band in range(PERMUTATIONS // ROWS):
        content = bytes([band]) + values[band * ROWS : (band + 1) * ROWS].tobytes()
        keys.append(int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True))
    return keys
