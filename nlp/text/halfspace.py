"""Restore the half-spaces (ZWNJ, U+200C) that a Persian text has lost: «سازمانهای مردمنهاد» to «سازمان‌های مردم‌نهاد».

A word is touched only when it is not a word as it stands and its parts are. Rules after the Academy's orthography
(دستور خط فارسی, Academy of Persian Language and Literature, 1401).
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.text.characters import ZWNJ
from nlp.text.lexicon import Lexicon, load_lexicon

_PLURALS = tuple("هایشان هایتان هایمان هاشون هاتون هامون هایی هایم هایت هایش های ها".split())
_AFTER_HEH = tuple("هایی ای ام اش اند ایم اید شان تان مان شون تون مون ست".split())
_COMPARATIVES = ("ترین", "تر")
_SECOND_PARTS = (
    "سازی گیری گیر گذاری گذار پذیری پذیر رسانی رسان دهی دهنده یابی شناسی شناس درمانی آموزی آموز آموزان نامه نشین نشینی "
    "کننده کنندگان شده شدگان یافته یافتگان دیده دیدگان زده زدگان پرداز پردازی گرایی گرا محور مند مندی بخشی بخش آمیز آور آوری "
    "آفرین آفرینی ریزی داری دار کاری زدایی مدار مداری اندیشی اندیش بندی نهاد ساله نفره روزه ماهه گانه خواهی خواه "
    "آموخته آموختگان خوانی فروش فروشی دوز دوزی"
).split()
_PREFIXES = ("به", "بی", "هم", "هیچ", "این", "همین", "نیم")
_MI = re.compile(r"^(ن?می)(.{2,})$")
_COMMON = 1000
_NON_JOINING = frozenset("اآدذرزژوؤأإء")


@lru_cache(maxsize=200_000)
def restore(word: str) -> str:
    """The word with its half-spaces; unchanged when it is a word already or no rule makes words of it."""
    if ZWNJ in word or len(word) < 4:
        return word
    lexicon = load_lexicon()
    if lexicon.knows(word):
        return lexicon.compounds.get(word, word)
    return (
        lexicon.compounds.get(word)
        or _verb(word, lexicon)
        or _suffixed(word, lexicon)
        or _compound(word, lexicon)
        or _ezafe_of_compound(word, lexicon)
        or word
    )


def _stem(word: str, lexicon: Lexicon) -> str | None:
    """The word as a stem before a suffix: known, or a known compound, or a known word with one more letter of inflection."""
    if lexicon.words.get(word, -1) >= 0:
        return lexicon.compounds.get(word, word)
    if word in lexicon.compounds:
        return lexicon.compounds[word]
    for ending in ("ی", "ان", "ات"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and word[: -len(ending)] in lexicon.words:
            return word
    return _compound(word, lexicon)


def _verb(word: str, lexicon: Lexicon) -> str | None:
    match = _MI.match(word)
    if match and match[2] in lexicon.verbs:
        return f"{match[1]}{ZWNJ}{match[2]}"
    return None


def _suffixed(word: str, lexicon: Lexicon) -> str | None:
    """After a letter that does not join («کارها») nothing is lost, so nothing is put in."""
    for suffix in _AFTER_HEH:
        bare = word[: -len(suffix)]
        known = bare.endswith("ه") and lexicon.words.get(bare, 0) >= _COMMON
        if known and word.endswith(suffix) and lexicon.words[bare] > lexicon.words.get(bare[:-1], 0):
            return f"{bare}{ZWNJ}{suffix}"
    for suffix in (*_PLURALS, *_COMPARATIVES):
        bare = word[: -len(suffix)]
        if not word.endswith(suffix) or len(bare) < 2 or bare[-1] in _NON_JOINING:
            continue
        stem = _stem(bare, lexicon)
        if stem is None and suffix in _PLURALS and len(bare) >= 3 and word.removesuffix("ی") not in lexicon.words:
            stem = bare
        if stem is not None:
            return f"{stem}{ZWNJ}{suffix}"
    return None


def _compound(word: str, lexicon: Lexicon) -> str | None:
    for second in _SECOND_PARTS:
        first = word[: -len(second)]
        joins = len(first) >= 3 and first[-1] not in _NON_JOINING
        if word.endswith(second) and joins and lexicon.words.get(first, 0) >= _COMMON:
            return f"{first}{ZWNJ}{second}"
    for prefix in _PREFIXES:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= 4 and _inflected(rest, lexicon):
            return f"{prefix}{ZWNJ}{rest}"
    return None


def _ezafe_of_compound(word: str, lexicon: Lexicon) -> str | None:
    """«گفتوگوی»: a compound with one letter of inflection."""
    for ending in ("یی", "ی", "ان", "م", "ش", "ات"):
        if word.endswith(ending) and word[: -len(ending)] in lexicon.compounds:
            return lexicon.compounds[word[: -len(ending)]] + ending
    return None


def _inflected(word: str, lexicon: Lexicon) -> bool:
    known = lexicon.words.get(word, 0) >= _COMMON
    return known or (word.endswith("ی") and lexicon.words.get(word[:-1], 0) >= _COMMON)
