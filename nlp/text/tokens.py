"""Words as lexical search counts them: lemmas, without stop words, the same however half-spaces and letters were typed.

A compound gives each of its parts and the whole without half-spaces: «مردم‌نهاد»، «مردم نهاد» and «مردمنهاد» meet. A
plural, possessive or comparative gives its stem, a verb form the past stem of its verb. The word and verb lists are hazm's
(`data/lexicon`); its lemmatizer itself needs a second and 200 MB to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlp.shipped import DATA
from nlp.text.characters import ZWNJ
from nlp.text.digits import to_ascii_digits
from nlp.text.lexicon import Lexicon, load_lexicon
from nlp.text.normalize import normalize

RULES = 1
"""Counts up when the same text gives other tokens: indexes are then filled anew."""
_WORD = re.compile(r"[^\W_]+(?:\u200c[^\W_]+)*")
_ENDINGS = tuple("هایشان هایتان هایمان هایی هایم هایت هایش های ها ترین‌ها ترین تر شان تان مان ام ات اش ای اند ایم اید".split())
"""Written after a half-space; the first seven also joined."""
_JOINED = _ENDINGS[:9]
_POSSESSIVES = ("شان", "تان", "مان", "ش", "م", "ت")
_PRESENT = ("م", "ی", "د", "یم", "ید", "ند")
_PAST = ("م", "ی", "", "یم", "ید", "ند", "ه")


def tokens(text: str) -> Iterator[str]:
    """The lemmas of a normalized text, in order; each compound as parts and as one."""
    for match in _WORD.finditer(text):
        yield from _lemmas(match[0])


def lemmas_of(original: str) -> list[str]:
    """The lemmas of a text as it was received."""
    return list(tokens(normalize(original).text))


def places_of(original: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the words of a text as it was received stand that give any of these lemmas; half-open, in code points."""
    for match in _WORD.finditer(original):
        if not wanted.isdisjoint(_lemmas_as_received(match[0])):
            yield match.span()


def held(original: str, wanted: frozenset[str]) -> int:
    """How many of these lemmas the words of a text as it was received give, each word by itself."""
    return len({lemma for match in _WORD.finditer(original) for lemma in _lemmas_as_received(match[0])} & wanted)


@lru_cache(maxsize=50_000)
def _lemmas_as_received(word: str) -> frozenset[str]:
    return frozenset(lemmas_of(word))


def verb_of(word: str) -> str | None:
    """The past stem of the verb that a word is a form of, «ن» before it where it is negated; None: no verb form."""
    joined = word.replace(ZWNJ, "")
    stem = _verbs().get(joined)
    if stem is None:
        return None
    positive = next((joined.replace(ni, i, 1) for ni, i in (("نمی", "می"), ("ن", "")) if joined.startswith(ni)), "")
    return f"ن{stem}" if _verbs().get(positive) == stem else stem


@lru_cache(maxsize=100_000)
def _lemmas(word: str) -> tuple[str, ...]:
    word = to_ascii_digits(word).lower()
    if word in _stop_words() or word.replace(ZWNJ, "") in _stop_words():
        return ()
    verb = _verbs().get(word.replace(ZWNJ, ""))
    if verb is not None:
        return () if verb in _stop_words() else (verb,)
    parts = [part for part in word.split(ZWNJ) if part]
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    stems = [stem for stem in map(_stem, parts) if stem not in _stop_words()]
    whole = "".join(parts)
    return (*stems, whole) if len(parts) > 1 else tuple(stems)


def _stem(word: str) -> str:
    """A word that the lexicon knows stays; else what is left when an ending goes, if that is a word."""
    lexicon = load_lexicon()
    if word in _plurals():
        return _plurals()[word]
    if len(word) < 4 or lexicon.knows(word):
        return word
    for ending in _JOINED:
        if word.endswith(ending) and len(word) - len(ending) >= 2 and _is_word(word[: -len(ending)], lexicon):
            return word[: -len(ending)]
    for ending, more in (("گان", "ه"), ("یان", ""), ("ان", ""), ("ات", ""), ("ی", ""), *((each, "") for each in _POSSESSIVES)):
        bare = word[: -len(ending)] + more
        if word.endswith(ending) and len(bare) >= 3 and _is_word(bare, lexicon):
            return bare
    return word


def _is_word(word: str, lexicon: Lexicon) -> bool:
    return lexicon.knows(word) or word in lexicon.compounds


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset((DATA / "lexicon" / "stopwords.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _plurals() -> dict[str, str]:
    """Plurals in «ان» that the lexicon has as words of their own, to their singulars; of a compound, its last part."""
    found = {}
    for word in (DATA / "lexicon" / "plurals.txt").read_text(encoding="utf-8").split():
        last = word.rpartition(ZWNJ)[2]
        found[last] = f"{last[:-3]}ه" if last.endswith("گان") else last[:-3] if last[-4:-2] in {"ای", "وی"} else last[:-2]
    return found


@lru_cache(maxsize=1)
def _verbs() -> dict[str, str]:
    """Forms of each verb with «می» and «ن», and its past forms, to its past stem; a form that is a noun too is left out."""
    lexicon = load_lexicon()
    found: dict[str, str] = {}
    for line in (DATA / "lexicon" / "verbs.txt").read_text(encoding="utf-8").split():
        past, _, present = line.partition("#")
        if not past:
            continue
        forms = {past + ending for ending in _PAST} | {"ن" + past + ending for ending in _PAST}
        if present:
            stems = [present, present + "ی"] if present[-1] in "او" else [present]
            forms |= {mi + stem + ending for mi in ("می", "نمی", "ب", "ن") for stem in stems for ending in _PRESENT}
        forms |= {mi + past + ending for mi in ("می", "نمی") for ending in _PAST}
        for form in forms:
            if len(form) > 2 and lexicon.words.get(form, 0) < 1000:
                found.setdefault(form, past)
    return found
