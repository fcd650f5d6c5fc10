"""Where labelled texts come from: our own in `data/`, and the shared corpora where they are at hand.

| source | texts | labels |
| --- | --- | --- |
| `reports` | `data/reports`, ours | ours |
| `news` | `data/news`, ours: written in the manner of news for domains that the corpora have little of | ours |
| `domains` | `CORPUS/domains`, of their owners | ours |
| `articles` | `CORPUS/summaries/train`, of their owners | ours, `data/labels/articles.jsonl` |
| `headlines` | `CORPUS/pairs/headline_lead`, of their owners | ours, `data/labels/headlines.jsonl` |

The files of `data/labels` name a text by its id and hold offsets and indices, none of its words.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from nlp.errors import InvalidInput
from nlp.shipped import DATA
from training.texts import Kind, LabelledText

LICENCES = {
    "reports": "ours, Apache-2.0",
    "news": "ours, Apache-2.0",
    "domains": "texts of their owners, not shipped; labels ours",
    "articles": "texts of their owners, not shipped; labels ours, Apache-2.0",
    "headlines": "texts of their owners, not shipped; labels ours, Apache-2.0",
    "decisions": "the installation's own",
}
"""Of each source, for the manifest and the card."""

Split = Literal["train", "dev"]


def read_texts(split: Split, corpus: Path | None) -> list[LabelledText]:
    """Every labelled text of a split. Only `evaluate` and the promotion gate ask for dev."""
    texts = [_text(row, "report", "reports") for row in read_lines(DATA / "reports" / f"{split}.jsonl")]
    if split == "train":
        texts += [_text(row, "news", "news") for row in read_lines(DATA / "news" / "train.jsonl")]
    if corpus:
        texts += [_text(row, "news", "domains") for row in read_lines(corpus / "domains" / f"{split}.jsonl.gz")]
    if corpus and split == "train":
        texts += _joined("articles", corpus / "summaries" / "train.jsonl.gz")
        texts += _joined("headlines", corpus / "pairs" / "headline_lead.jsonl.gz")
    return texts


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, plain or gzip. :raises InvalidInput: it is not there."""
    if not path.is_file():
        raise InvalidInput(f"فایل {path} نیست؛ آیا پوشهٔ پیکره درست است؟", detail=f"{path} is missing: is --corpus right?")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _joined(source: str, texts: Path) -> Iterator[LabelledText]:
    """Labels of `data/labels` with the texts that they name; a label whose text is not at hand is left out."""
    known = {row["id"]: row for row in read_lines(texts)}
    for label in read_lines(DATA / "labels" / f"{source}.jsonl"):
        if row := known.get(label["id"]):
            cut = [row["text"][start:end].strip() for start, end in label["sentences"]]
            yield _text({**label, "title": row["title"], "sentences": cut}, "news", source)


def _text(row: dict[str, Any], kind: Kind, source: str) -> LabelledText:
    return LabelledText(
        id=row["id"],
        kind=kind,
        source=source,
        title=row.get("title") or None,
        sentences=tuple(row["sentences"]),
        domains={item["code"]: tuple(item["evidence"]) for item in row["domains"]},
        summary=tuple(row.get("summary", ())),
        sure=bool(row.get("sure", 1)),
        ngo=row.get("ngo"),
        province=row.get("province"),
        city=row.get("city"),
    )
