"""Fit the rule that calls two reports the same work, and measure it on reports that it was not fitted on.

    python -m training.recipes.duplicates models/samanyar-1 --out data/duplicates/rule.toml

Copies are made of our own reports: trimmed, trimmed to 40%, mixed with another report, with other figures, dates, places and
names, all of these at once, and reworded by hand (`data/duplicates/reworded.jsonl`). Negatives are reports of the same form and
NGO with other contents (`data/duplicates/forms.jsonl`), of the same NGO (`data/ngos/reports.jsonl`), and each report's nearest
neighbour. The rule is fitted on copies of train reports, the first batch of forms and the first twelve NGOs; figures are read
off the others. A minute.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlp.adapters.encoders import OpenVinoConfig, open_encoder
from nlp.adapters.indexes import FaissConfig, open_index
from nlp.adapters.stores import SqlConfig, open_stores
from nlp.evaluation.perturb import Sample, swap_names
from nlp.pipelines.duplicates import Duplicates, cosine
from nlp.pipelines.index import LiveIndex
from nlp.provinces import Provinces
from nlp.review.compare import compare, passages
from nlp.review.duplicates import DuplicateRule
from nlp.shipped import DATA
from nlp.text.normalize import normalize
from nlp.text.sentences import split_sentences
from nlp.types import EncodedText, FloatArray, PassageVector, Report, ReportVectors, SegmentedText, Span
from training.corpora import read_lines

KEPT = 0.4
ENCODER = "e" * 64
MIXED = "40% of it, 60% of another"
SAME_FORM, SAME_NGO, NEIGHBOUR = "same form and NGO", "same NGO", "nearest neighbour"
_NUMBER = re.compile(r"[0-9۰-۹]{1,9}")
_YEAR = re.compile(r"1[34][0-9]{2}|۱[۳۴][۰-۹]{2}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of a part, train or dev; `kind` names how the pair came about."""

    part: str
    kind: str
    left: str
    right: str

    @property
    def same(self) -> bool:
        """Whether it is the same work."""
        return self.kind not in {SAME_FORM, SAME_NGO, NEIGHBOUR}


def pairs_of(seed: int = 13) -> list[Pair]:
    """All pairs but nearest neighbours, which need vectors."""
    reports = {part: list(read_lines(DATA / "reports" / f"{part}.jsonl")) for part in ("train", "dev")}
    provinces = Provinces.load(DATA / "provinces.yaml")
    names = {provinces.get(code).fa: provinces.get(code).cities for code in provinces.codes}
    ngos = sorted({row["ngo"] for row in reports["train"]})
    found = []
    for part, rows in reports.items():
        draw = random.Random(f"{seed} {part}")  # noqa: S311 - not for cryptography
        for row in draw.sample(rows, min(60, len(rows))):
            other = draw.choice([each for each in rows if each is not row])
            copies = _copies(row, other, ngos, names, draw)
            found += [Pair(part, kind, _text(row["sentences"]), copy) for kind, copy in copies]
    texts = {row["id"]: (part, _text(row["sentences"])) for part, rows in reports.items() for row in rows}
    for row in read_lines(DATA / "duplicates" / "reworded.jsonl"):
        part, original = texts[row["of"]]
        found.append(Pair(part, "reworded", original, _text(row["sentences"])))
    for kind, path, last in (
        (SAME_FORM, DATA / "duplicates" / "forms.jsonl", "f1-99"),
        (SAME_NGO, DATA / "ngos" / "reports.jsonl", "n12"),
    ):
        by_key: dict[str, list[str]] = defaultdict(list)
        for row in read_lines(path):
            by_key[row["key"]].append(_text(row["sentences"]))
        for key, some in by_key.items():
            part = "train" if key <= last else "dev"
            found += [Pair(part, kind, one, other) for one, other in combinations(some, 2)]
    return found


def _text(sentences: Sequence[str]) -> str:
    return "\n".join(sentences)


def _copies(
    row: dict[str, Any], other: dict[str, Any], ngos: Sequence[str], names: Any, draw: random.Random
) -> Iterator[tuple[str, str]]:
    sentences = row["sentences"]
    yield "whole, other spelling", _text(sentences).translate(str.maketrans("یک", "يك")).replace("\u200c", " ")
    yield "trimmed to 70%", _text(_part(sentences, 0.7, draw))
    yield "trimmed to 40%", _text(_part(sentences, KEPT, draw))
    yield MIXED, _text([*_part(sentences, KEPT, draw), *_part(other["sentences"], 1 - KEPT, draw)])
    yield "other figures", _other_numbers(_text(sentences), draw)
    yield "other dates", _YEAR.sub(lambda year: str(int(year[0]) + 1), _text(sentences))
    sample = Sample(row["title"], tuple(sentences), "\n", row["ngo"], row["province"], row["city"])
    swapped = swap_names(sample, ngos, names)
    yield "other places and NGO", swapped.text
    yield "all at once, 40%", _other_numbers(_text(_part(swapped.sections, KEPT, draw)), draw)


def _part(sentences: Sequence[str], share: float, draw: random.Random) -> Sequence[str]:
    """A run of whole sentences with at least the share of the words."""
    words = [len(each.split()) for each in sentences]
    wanted = share * sum(words)
    starts = [n for n in range(len(words)) if sum(words[n:]) >= wanted]
    first = draw.choice(starts)
    last = first
    while sum(words[first:last]) < wanted:
        last += 1
    return sentences[first:last]


def _other_numbers(text: str, draw: random.Random) -> str:
    return _NUMBER.sub(lambda number: str(draw.randint(2, 10 ** len(number[0]))), text)


class Reader:
    """Vectors of texts, each text encoded once."""

    def __init__(self, folder: Path) -> None:
        self._encoder = open_encoder(OpenVinoConfig(), folder)
        self._known: dict[str, ReportVectors] = {}

    def read(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for at in range(0, len(new), 64):
            some = new[at : at + 64]
            for text, encoded in zip(some, self._encoder.encode([_segmented(text) for text in some]), strict=True):
                self._known[text] = _vectors(encoded)

    def __getitem__(self, text: str) -> ReportVectors:
        return self._known[text]


def _segmented(text: str) -> SegmentedText:
    clean = normalize(text).text
    return SegmentedText(None, tuple(clean[each.start : each.end] for each in split_sentences(clean)))


def _vectors(encoded: EncodedText) -> ReportVectors:
    nowhere = Span("text", 0, 0, "")
    return ReportVectors(ENCODER, encoded.vector, tuple(PassageVector(nowhere, each.vector) for each in encoded.passages))


def features(pair: Pair, reader: Reader) -> tuple[float, float, float]:
    """Share, cosine and numbers of a pair."""
    comparison = compare(passages(pair.left), passages(pair.right))
    return comparison.share, cosine(reader[pair.left], reader[pair.right]) or 0.0, comparison.numbers


def neighbours(reader: Reader) -> list[Pair]:
    """Each report with the one that is nearest to it."""
    found = []
    for part in ("train", "dev"):
        texts = [_text(row["sentences"]) for row in read_lines(DATA / "reports" / f"{part}.jsonl")]
        reader.read(texts)
        rows = np.stack([reader[text].report for text in texts])
        nearest = (rows @ rows.T - 2 * np.eye(len(rows))).argmax(axis=1)
        couples = {tuple(sorted((n, int(other)))) for n, other in enumerate(nearest)}
        found += [Pair(part, NEIGHBOUR, texts[one], texts[other]) for one, other in sorted(couples)]
    return found


def through_store(pairs: Sequence[Pair], reader: Reader, rule: DuplicateRule) -> tuple[float, float]:
    """Precision and recall as the product finds copies: originals and all negatives lie in a store, each copy is looked for
    among them, and each negative too. A copy that holds 60% of another report may find that one as well."""
    places = Provinces.load(DATA / "provinces.yaml").names
    with tempfile.TemporaryDirectory() as folder:
        stores = open_stores(SqlConfig(url=f"sqlite:///{folder}/store.db"))
        dimension = len(reader[pairs[0].left].report)
        index = LiveIndex(stores.reports, lambda: open_index(FaissConfig(), dimension), ENCODER, Path(folder) / "index")
        duplicates = Duplicates(stores.reports, ENCODER, index, rule, places)
        ids: dict[str, str] = {}
        for pair in pairs:
            for text in (pair.left,) if pair.same else (pair.left, pair.right):
                if text not in ids:
                    ids[text] = f"r-{len(ids)}"
                    stores.reports.put(_report(ids[text], text), reader[text])
        right = wrong = copies = 0
        for pair in pairs:
            if pair.same:
                found = {each.report.id for each in duplicates.among_stored(_report("copy", pair.right), reader[pair.right])}
                copies += 1
                right += ids[pair.left] in found
                wrong += 0 if pair.kind == MIXED else len(found - {ids[pair.left]})
        for text in {text for pair in pairs if not pair.same for text in (pair.left, pair.right)}:
            wrong += len(duplicates.among_stored(_report(ids[text], text), reader[text]))
        stores.close()
    return right / (right + wrong), right / copies


def _report(report_id: str, text: str) -> Report:
    return Report(report_id, None, None, text, None, None, None, datetime.now(UTC), None, "pending", None, None, {}, 1)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    reader = Reader(arguments.model)
    pairs = pairs_of()
    reader.read([text for pair in pairs for text in (pair.left, pair.right)])
    pairs += neighbours(reader)
    rows: FloatArray = np.asarray([features(pair, reader) for pair in pairs], dtype=np.float32)
    truth = np.asarray([pair.same for pair in pairs])
    fitted = np.asarray([pair.part == "train" for pair in pairs])
    model = LogisticRegression(C=100, class_weight="balanced", max_iter=5000).fit(rows[fitted], truth[fitted])
    said = model.predict_proba(rows)[:, 1] >= 0.5
    for name, chosen in (("train", fitted), ("dev", ~fitted)):
        right = (said & truth & chosen).sum()
        print(f"{name}: precision {right / (said & chosen).sum():.4f}, recall {right / (truth & chosen).sum():.4f}")
    print("| pairs of dev | of | called duplicates |\n| --- | --- | --- |")
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        here = np.asarray([pair.kind == kind for pair in pairs]) & ~fitted
        print(f"| {kind} | {here.sum()} | {(said & here).sum()} |")
    share, near, numbers = map(float, model.coef_[0])
    fitted_rule = DuplicateRule(share, near, numbers, float(model.intercept_[0]), 0.5)
    found = through_store([pair for pair in pairs if pair.part == "dev"], reader, fitted_rule)
    print("dev, through a store: precision {:.4f}, recall {:.4f}".format(*found))
    weights = dict(zip(("share", "cosine", "numbers"), model.coef_[0].round(4).tolist(), strict=True))
    rule = {**weights, "bias": round(float(model.intercept_[0]), 4), "threshold": 0.5}
    print(json.dumps(rule))
    if arguments.out:
        lines = "\n".join(f"{name} = {value}" for name, value in rule.items())
        arguments.out.write_text(f"# Fitted by training/recipes/duplicates.py.\n[rule]\n{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
