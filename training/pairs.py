"""The pairs that the encoder is adapted on, one function a set; the corpus's README says where each comes from.

`pairs/other_qa` and `retrieval/` are never read here, and PQuAD titles that `measures` names only measure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from training.corpora import read_lines

MEASURING = 4
"""PQuAD titles whose SHA-1 this divides only measure."""

Pair = tuple[str, str]
Source = Callable[[Path, int], list[Pair]]


LICENCES = {
    "pairs/pquad": "CC BY-SA 4.0",
    "pairs/headline_lead": "texts of their owners, not shipped",
    "summaries/train": "texts of their owners, not shipped",
    "pairs/percqa": "Apache-2.0",
    "pairs/exappc_sample": "Apache-2.0",
    "pairs/ntrex_en_fa": "CC BY-SA 4.0",
    "pairs/farstail_nli": "Apache-2.0",
    "pairs/stsb_fa": "CC BY-SA 4.0",
}
"""Of each set that is trained on, for the manifest and the card."""


def measures(title: str) -> bool:
    """Whether a PQuAD title belongs to the part that only measures."""
    return int(hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest(), 16) % MEASURING == 0


def _start(text: str, words: int) -> str:
    return " ".join(text.split()[:words])


def pquad(corpus: Path, words: int) -> list[Pair]:
    rows = read_lines(corpus / "pairs" / "pquad.jsonl.gz")
    return [
        (row["question"], _start(row["text"], words)) for row in rows if not row["is_impossible"] and not measures(row["title"])
    ]


def _frozen_titles(corpus: Path) -> frozenset[str]:
    """Titles of the frozen split, some of whose articles lie among the pairs too."""
    return frozenset(row["title"] for row in read_lines(corpus / "domains" / "dev.jsonl.gz") if row.get("title"))


def headlines(corpus: Path, words: int) -> list[Pair]:  # noqa: ARG001 - one signature for all
    frozen = _frozen_titles(corpus)
    rows = read_lines(corpus / "pairs" / "headline_lead.jsonl.gz")
    return [(row["title"], row["text"]) for row in rows if row["title"] not in frozen]


def articles(corpus: Path, words: int) -> list[Pair]:
    """Title and body; and the agency's lead and the body where the lead is no copy of it."""
    found, frozen = [], _frozen_titles(corpus)
    for number, row in enumerate(read_lines(corpus / "summaries" / "train.jsonl.gz")):
        if row["title"] in frozen:
            continue
        asks = row["summary"] if number % 2 and row["novel_bigrams"] > 0.3 else row["title"]
        found.append((asks, _start(row["text"], words)))
    return found


def answers(corpus: Path, words: int) -> list[Pair]:
    found = []
    for row in read_lines(corpus / "pairs" / "percqa.jsonl.gz"):
        good = [answer["text"] for answer in row["answers"] if answer["label"] == "Good"]
        found += [(f"{row['title']} {row['text']}", _start(text, words)) for text in good[:2]]
    return found


def paraphrases(corpus: Path, words: int) -> list[Pair]:  # noqa: ARG001
    rows = read_lines(corpus / "pairs" / "exappc_sample.jsonl.gz")
    return [(row["text"], row["text2"]) for row in rows if row["label"] == "paraphrase"]


def originals(corpus: Path, words: int) -> list[Pair]:  # noqa: ARG001
    return [(row["en"], row["text"]) for row in read_lines(corpus / "pairs" / "ntrex_en_fa.jsonl.gz")]


def entailments(corpus: Path) -> list[tuple[str, str, str]]:
    """Premise, what follows from it, and what contradicts it."""
    by_premise: dict[str, dict[str, str]] = {}
    for row in read_lines(corpus / "pairs" / "farstail_nli.jsonl.gz"):
        if row["split"] == "train":
            by_premise.setdefault(row["text"], {})[row["label"]] = row["text2"]
    return [(premise, each["e"], each["c"]) for premise, each in by_premise.items() if {"e", "c"} <= each.keys()]


RETRIEVAL: tuple[Source, ...] = (pquad, headlines, articles, answers)
SAME_KIND: tuple[Source, ...] = (paraphrases, originals)
