"""Signs that a text should be read by a person, whatever the model says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.text.characters import WORD, ZWNJ, arabic_share
from nlp.text.lexicon import load_lexicon
from nlp.types import QualityNote, ReviewReason

MIN_WORDS = 8
MIN_KNOWN = 0.4
_CELL_LIMITS = frozenset({255, 256, 1024, 2000, 2048, 4000, 4096, 8000, 32767, 65535})
_OPEN_END = re.compile(r"(?:\.{3}|…|\[…\]|ادامه دارد|ادامه مطلب)\s*$")
_CLOSED = re.compile(r"[.!؟?»):\]]\s*$")
_ENDINGS = ("ها", "های", "هایی", "ی", "ان", "ات", "م", "ش", "شان", "مان", "ند", "د", "یم", "ین", "ه", "تر", "ترین")


def known_share(text: str) -> float:
    """Share of the words that the lexicon knows, with or without an ending; 1 when there are fewer than 20 words."""
    words = [part for word in WORD.findall(text) for part in word.split(ZWNJ) if len(part) > 1]
    if len(words) < 20:
        return 1.0
    return sum(1 for word in words if _is_known(word)) / len(words)


def _is_known(word: str) -> bool:
    lexicon = load_lexicon()
    if word in lexicon.words or word in lexicon.verbs or word in _ENDINGS:
        return True
    return any(word.endswith(ending) and word[: -len(ending)] in lexicon.words for ending in _ENDINGS)


def review_reasons(original: str, clean: str, quality: Sequence[QualityNote]) -> list[ReviewReason]:
    """Reasons that lie in the text alone: `poor_text_quality`, `too_short`, `truncated`, `language`."""
    reasons: list[ReviewReason] = []
    if known_share(clean) < MIN_KNOWN or any(not note.repaired and note.code != "not_persian" for note in quality):
        reasons.append("poor_text_quality")
    if len(clean.split()) < MIN_WORDS:
        reasons.append("too_short")
    if _OPEN_END.search(clean) or (len(original) in _CELL_LIMITS and not _CLOSED.search(clean)):
        reasons.append("truncated")
    if arabic_share(clean) < 0.5:
        reasons.append("language")
    return reasons
