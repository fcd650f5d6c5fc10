"""Keys by which NGOs are matched: what people write differently for the same organization is folded away."""

from __future__ import annotations

import unicodedata

from nlp.text.digits import to_ascii_digits

_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": None})


def fold_name(name: str) -> str:
    """Letters and digits only: Arabic letters and digits unified; diacritics, hamza signs, spaces, half-spaces, quotes and
    other signs dropped. Empty when nothing is left."""
    plain = to_ascii_digits(unicodedata.normalize("NFKD", name)).translate(_LETTERS).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def fold_registration(number: str) -> str:
    """ASCII digits, no spaces and invisible signs; separators stay, as they tell numbers apart."""
    plain = to_ascii_digits(unicodedata.normalize("NFKC", number)).translate(_LETTERS).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign) not in {"Cf", "Cc", "Zs", "Mn"})
