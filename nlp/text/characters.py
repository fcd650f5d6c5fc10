"""Character classes of Persian text, and the one-for-one replacements that make its spelling uniform."""

from __future__ import annotations

import re
import unicodedata

ZWNJ = "\u200c"

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگیۀە"
ARABIC_LETTERS = {
    "ي": "ی",
    "ى": "ی",
    "ك": "ک",
    "ة": "ه",
    "ە": "ه",
    "ھ": "ه",
    "ہ": "ه",
    "ۂ": "ۀ",
    "ے": "ی",
    "ې": "ی",
    "ٱ": "ا",
    "ڪ": "ک",
    "ۍ": "ی",
}
ARABIC_DIGITS = {chr(0x0660 + digit): chr(0x06F0 + digit) for digit in range(10)}
SPACES = {
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "\u3000": " ",
    "\t": " ",
    "\u2009": " ",
    "\u200a": " ",
    "\u2002": " ",
    "\u2003": " ",
}
LINE_ENDS = {"\u2028": "\n", "\u2029": "\n", "\u000b": "\n", "\u000c": "\n", "\u0085": "\n"}

TRANSLATE_LETTERS = str.maketrans(ARABIC_LETTERS)
TRANSLATE_REST = str.maketrans({**ARABIC_DIGITS, **SPACES, **LINE_ENDS})

KASHIDA = re.compile("ـ+")
DIACRITICS = re.compile("[\u064b-\u0652\u0656-\u065f\u0670]+")
BIDI_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ufff9-\ufffb]+")
PRESENTATION = re.compile("[\ufb50-\ufdef\ufe70-\ufefc]+")
ARABIC_SCRIPT = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(f"[{LETTERS}\u0654{ZWNJ}]+")


def fold_presentation(run: str) -> str:
    """Letters for presentation forms (Unicode NFKC of each), with ligatures such as «ﻻ» and «ﷲ» spelled out."""
    return unicodedata.normalize("NFKC", run).strip()


def arabic_share(text: str) -> float:
    """Share of the letters that are of Arabic script, 0 to 1; 1 for a text without letters."""
    letters = LETTER.findall(text)
    if not letters:
        return 1.0
    return sum(1 for letter in letters if ARABIC_SCRIPT.match(letter)) / len(letters)
