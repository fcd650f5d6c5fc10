"""A summary made of the report's own sentences, and its headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nlp.heads.ranker import LEANING
from nlp.heads.salience import choose
from nlp.pipelines.document import Document
from nlp.types import FloatArray, ScoredSpan, Summary, SummaryOptions

HEADLINE_WORDS = 18
FOCUSED = 0.25
"""Of the place that says most for the domain in focus, a sentence must say this share."""
_GENERIC = frozenset(
    "گزارش عملکرد فعالیت فعالیت‌ها فعالیت‌های اقدامات کار کارکرد سال سالانه ماهانه فصلی شش‌ماهه سه‌ماهه "
    "موسسه مؤسسه انجمن خیریه سمن گروه و".split()
)
_CLAUSE_END = re.compile(r"[؛;،:.]\s|\s[|–—]\s")


def extract(
    document: Document,
    lemmas: Sequence[frozenset[str]],
    ranks: FloatArray,
    focus: FloatArray | None,
    options: SummaryOptions,
) -> Summary:
    """lemmas: of each sentence; ranks, focus: (n,), how good each sentence is in a summary, and how much it says of the domain
    that is asked for. A sentence of a list or form gets a full stop where it stands among others."""
    texts = document.texts
    words = [len(text.split()) for text in texts]
    leaning = [bool(LEANING.match(text)) for text in texts]
    if focus is not None:
        ranks = np.sqrt(ranks * focus)
        away = focus < FOCUSED * focus.max()
        words = [0 if far else count for far, count in zip(away, words, strict=True)]
    chosen = choose(lemmas, ranks, words, leaning, options)
    spans, said = [], []
    for each in chosen:
        text = shortened(texts[each.sentence], options.words)
        whole = len(text) == len(texts[each.sentence])
        span = document.place(each.sentence) if whole else document.span_in(each.sentence, 0, len(text))
        spans.append(ScoredSpan(span.field, span.start, span.end, span.text, each.score))
        said.append(ended(text, whole=whole))
    best = max(chosen, key=lambda each: each.score)
    return Summary(
        " ".join(said),
        "extractive",
        _headline(document, texts[best.sentence]),
        tuple(spans),
    )


def shortened(text: str, words: int) -> str:
    """The text, or where it has more words its beginning, up to the last end of a clause if that is not too near."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    if len(ends) <= words:
        return text
    start = text[: ends[words - 1]]
    clauses = [match.start() for match in _CLAUSE_END.finditer(start)]
    near = [end for end in clauses if len(start[:end].split()) >= words // 2]
    return start[: near[-1]] if near else start


def ended(text: str, *, whole: bool) -> str:
    """With dots where it is only the beginning of its sentence, with a full stop where the sentence has no end of its own."""
    if not whole:
        return f"{text}…"
    return text if text[-1:] in ".!؟?…:؛»" else f"{text}."


def _headline(document: Document, best: str) -> str:
    """The title, if it says anything; else the beginning of the best sentence, to the end of a clause where that is near."""
    if document.title and not set(re.findall(r"[^\W\d_]+(?:‌[^\W\d_]+)*", document.title.text)) <= _GENERIC:
        return " ".join(document.title.text.split())
    start = shortened(best, HEADLINE_WORDS)
    return best.rstrip(" .؛،") if len(start) == len(best) else f"{start.rstrip(' .؛،')}…"
