"""Persian text as it arrived to Persian text as it should be, with a map back to every character's place.

The steps are ours because each must keep the map: hazm's Normalizer gives a new string without one, needs 1.3 s and 200 MB to
import, and restores fewer lost half-spaces (compared on `data/reports` dev; README, «Persian text»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.text import characters as chars
from nlp.text.halfspace import restore
from nlp.text.lexicon import load_lexicon
from nlp.text.lines import soft_breaks
from nlp.text.mapped import Edit, Mapped
from nlp.text.repair import is_reversed, mojibake_encoding, redecode, unreverse
from nlp.types import QualityNote

VERSION = "samanyar-1"

_SPACES = re.compile(r" {2,}|[ ]*\n[ ]*(?:\n[ \n]*)?|\r\n?")
_STRAY_ZWNJ = re.compile(f"{chars.ZWNJ}{{2,}}|(?<=[ \n]){chars.ZWNJ}+|{chars.ZWNJ}+(?=[ \n.،؛:!؟)»]|$)")
_SPACED_SUFFIX = re.compile(r"(?<=[\u0621-\u06cc]) (?=(?:ها|های|هایی|هایم|هایش|هایشان|هایمان|ترین)(?![\u0621-\u06cc\u200c]))")
_SPACED_MI = re.compile(r"(?<![\u0621-\u06cc\u200c])(ن?می) ([\u0621-\u06cc]{2,})")
_GLUED_NUMBER = re.compile(
    r"(?<=[\u0621-\u064a\u067e-\u06cc])(?=[0-9۰-۹]{2,})|(?<=[0-9۰-۹]{2})(?=[\u0621-\u064a\u067e-\u06cc]{3,})"
)
_MANY_MARKS = 0.02


@dataclass(frozen=True, slots=True)
class Normalized:
    """The clean text, its map to the original, and what was found."""

    mapped: Mapped
    quality: tuple[QualityNote, ...]

    @property
    def text(self) -> str:
        return self.mapped.text


def normalize(original: str) -> Normalized:
    """Repair and clean a text; every step is recorded in `quality`, and nothing is removed that a reader would miss."""
    text = Mapped.of(original)
    found: dict[str, bool] = {}
    if (encodings := mojibake_encoding(original)) and (decoded := redecode(text, *encodings)):
        text, found["mojibake"] = decoded, True
    text = _fold_letters(text, found)
    if is_reversed(text.text):
        text, found["reversed"] = unreverse(text), True
    text = _tidy_lines(text, found)
    text = _half_spaces(text, found)
    if _is_not_persian(text.text):
        found["not_persian"] = False
    return Normalized(text, tuple(QualityNote(code, repaired) for code, repaired in found.items()))  # type: ignore[arg-type]  # codes set below


def _remove(text: Mapped, pattern: re.Pattern[str]) -> Mapped:
    return text.edit([Edit(match.start(), match.end(), "") for match in pattern.finditer(text.text)])


def _fold_letters(text: Mapped, found: dict[str, bool]) -> Mapped:
    letters = max(1, len(chars.LETTER.findall(text.text)))
    if chars.BIDI_CONTROLS.search(text.text):
        text, found["bidi_controls"] = _remove(text, chars.BIDI_CONTROLS), True
    text = _remove(text, chars.CONTROLS)
    if chars.PRESENTATION.search(text.text):
        forms = _each_character(chars.PRESENTATION, text.text)
        edits = [Edit(match.start(), match.end(), chars.fold_presentation(match[0])) for match in forms]
        text, found["presentation_forms"] = text.edit(edits), True
    if chars.KASHIDA.search(text.text):
        text, found["kashida"] = _remove(text, chars.KASHIDA), True
    marks = sum(len(match[0]) for match in chars.DIACRITICS.finditer(text.text))
    if marks:
        runs = chars.DIACRITICS.finditer(text.text)
        text = text.edit([Edit(match.start(), match.end(), _kept_mark(text.text, match)) for match in runs])
        if marks > _MANY_MARKS * letters:
            found["diacritics"] = True
    uniform = text.translate(chars.TRANSLATE_LETTERS)
    if uniform.text != text.text:
        found["arabic_letters"] = True
    return uniform.translate(chars.TRANSLATE_REST)


def _each_character(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """One match a character, so that each letter keeps a place of its own."""
    single = re.compile(pattern.pattern.rstrip("+"))
    return list(single.finditer(text))


def _kept_mark(text: str, match: re.Match[str]) -> str:
    """Tanwin on a final alef is spelling («تقریباً»), not vowelling."""
    return "\u064b" if "\u064b" in match[0] and text[match.start() - 1 : match.start()] == "ا" else ""


def _tidy_lines(text: Mapped, found: dict[str, bool]) -> Mapped:
    text = text.edit([Edit(m.start(), m.end(), "\n") for m in re.finditer("\r\n?", text.text)])
    soft = soft_breaks(text.text)
    if soft:
        text, found["line_breaks"] = text.edit(soft), True
    edits = []
    for match in _SPACES.finditer(text.text):
        clean = "\n\n" if match[0].count("\n") > 1 else "\n" if "\n" in match[0] else " "
        if clean != match[0]:
            edits.append(Edit(match.start(), match.end(), clean))
    return text.edit(edits)


def _half_spaces(text: Mapped, found: dict[str, bool]) -> Mapped:
    stray = [Edit(m.start(), m.end(), m[0][:1] if _inside_word(text.text, m) else "") for m in _STRAY_ZWNJ.finditer(text.text)]
    text = text.edit(stray)
    text = text.edit([Edit(m.start(), m.end(), " ") for m in _GLUED_NUMBER.finditer(text.text)])
    verbs = load_lexicon().verbs
    spaced = [Edit(m.start(), m.end(), chars.ZWNJ) for m in _SPACED_SUFFIX.finditer(text.text)]
    spaced += [Edit(m.end(1), m.end(1) + 1, chars.ZWNJ) for m in _SPACED_MI.finditer(text.text) if m[2] in verbs]
    text = text.edit(sorted(spaced, key=lambda edit: edit.start))
    edits: list[Edit] = []
    words = 0
    for match in chars.WORD.finditer(text.text):
        words += 1
        restored = restore(match[0])
        if restored != match[0]:
            edits.extend(_insertions(match.start(), restored))
    if len(edits) + len(spaced) >= max(1, 0.01 * words):
        found["half_space_lost"] = True
    return text.edit(edits)


def _inside_word(text: str, match: re.Match[str]) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return bool(chars.LETTER.match(before) and chars.LETTER.match(after))


def _insertions(offset: int, restored: str) -> list[Edit]:
    """The half-spaces of `restored` as insertions into the word at `offset`: every letter keeps its own place."""
    edits = []
    at = 0
    for character in restored:
        if character == chars.ZWNJ:
            edits.append(Edit(offset + at, offset + at, character))
        else:
            at += 1
    return edits


_ARABIC_WORDS = frozenset("في من على إلى التي الذي هذا هذه ذلك كان عن أن لا ما مع كل بين قد وقد".split())
_ARABIC_FOLDED = frozenset(word.translate(chars.TRANSLATE_LETTERS) for word in _ARABIC_WORDS)
_PERSIAN_WORDS = frozenset("و در به از که این را با است برای آن شد می تا بر نفر ها های".split())
_OTHER_LETTERS = re.compile("[ٹڈڑںےۓݨټډړږښڼېۍڭۇۆۈۋ]")


def _is_not_persian(text: str) -> bool:
    if chars.arabic_share(text) < 0.5:
        return True
    words = [word for word in chars.WORD.findall(text) if word]
    arabic = sum(1 for word in words if word in _ARABIC_FOLDED and word not in _PERSIAN_WORDS)
    persian = sum(1 for word in words if word in _PERSIAN_WORDS)
    others = len(_OTHER_LETTERS.findall(text))
    return (arabic >= 3 and arabic > 2 * persian) or others > 0.02 * max(1, len(text))
