"""Which pieces of a multilingual Unigram vocabulary a Persian product keeps, and the tokenizer without the others.

Removing a piece changes a segmentation only where the piece was used; every piece of Arabic script, every piece without letters
(punctuation, digits, emoji) and every single Latin letter stays, so Persian text is cut as before and Latin text never
becomes `<unk>`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer

METASPACE = "▁"
EMOJI_VARIATION = "\ufe0f"
_BATCH = 2048


def is_arabic(character: str) -> bool:
    """A letter or sign of the Arabic blocks, presentation forms included."""
    return any(
        low <= character <= high
        for low, high in (
            ("\u0600", "\u06ff"),
            ("\u0750", "\u077f"),
            ("\u08a0", "\u08ff"),
            ("\ufb50", "\ufdff"),
            ("\ufe70", "\ufeff"),
        )
    )


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and character != EMOJI_VARIATION


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "COMBINING"))


def always_kept(piece: str) -> bool:
    """Arabic script, no letters at all, or one Latin character with or without the word mark."""
    letters = [character for character in piece if _is_letter(character)]
    if all(is_arabic(character) for character in letters):
        return True
    bare = piece.removeprefix(METASPACE)
    return len(bare) == 1 and _is_latin(bare)


def kept_pieces(tokenizer: Tokenizer, prompts: Iterable[str], strings: Iterator[str]) -> list[int]:
    """Ids of the pieces to keep, ascending: special tokens, `always_kept`, those of the prompts, and the ASCII pieces that
    occur in the Persian ones of `strings` (a text that is English throughout does not count)."""
    vocabulary = tokenizer.get_vocab()
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    keep = {index for piece, index in vocabulary.items() if piece in special or always_kept(piece)}
    ascii_pieces = {index for piece, index in vocabulary.items() if piece.removeprefix(METASPACE).isascii()}
    for prompt in prompts:
        keep.update(tokenizer.encode(prompt, add_special_tokens=False).ids)
    batch: list[str] = []

    def count() -> None:
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            keep.update(ascii_pieces.intersection(encoding.ids))
        batch.clear()

    for text in strings:
        if any(is_arabic(character) for character in text) and any("A" <= character <= "z" for character in text):
            batch.append(text)
        if len(batch) == _BATCH:
            count()
    count()
    return sorted(keep)


def prune_tokenizer(tokenizer: Tokenizer, keep: list[int]) -> Tokenizer:
    """The same tokenizer over the kept pieces, renumbered in order. :raises ValueError: it is not a Unigram model."""
    data = json.loads(tokenizer.to_str())
    if data["model"]["type"] != "Unigram":
        raise ValueError("only Unigram vocabularies can be pruned")
    numbers = {old: new for new, old in enumerate(keep)}
    data["model"]["vocab"] = [data["model"]["vocab"][old] for old in keep]
    data["model"]["unk_id"] = numbers[data["model"]["unk_id"]]
    for token in data["added_tokens"]:
        token["id"] = numbers[token["id"]]
    for token in data["post_processor"]["special_tokens"].values():
        token["ids"] = [numbers[old] for old in token["ids"]]
    return Tokenizer.from_str(json.dumps(data))
