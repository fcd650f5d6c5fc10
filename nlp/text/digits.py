"""Digits of the three scripts that Persian text mixes. Pure, one character for one character: offsets stay valid."""

from __future__ import annotations

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"
ASCII = "0123456789"

_TO_ASCII = str.maketrans(PERSIAN + ARABIC, ASCII * 2)
_TO_PERSIAN_MARKS = str.maketrans(",.", "٬٫")
_TO_PERSIAN = str.maketrans(ASCII + ARABIC, PERSIAN * 2)


def to_ascii_digits(text: str) -> str:
    """`text` with Persian and Arabic-Indic digits as 0-9; the length does not change."""
    return text.translate(_TO_ASCII)


def to_persian_digits(text: str) -> str:
    """`text` with ASCII and Arabic-Indic digits as ۰-۹; the length does not change."""
    return text.translate(_TO_PERSIAN)


def persian_number(value: float) -> str:
    """A number as people read it: Persian digits, grouped by thousands, two decimals at the most."""
    plain = f"{value:,.2f}".rstrip("0").rstrip(".")
    return to_persian_digits(plain.translate(_TO_PERSIAN_MARKS))
