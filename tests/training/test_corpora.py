"""Labelled texts: our own are sound, and labels meet the texts of a corpus by id."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy, load_taxonomy
from training.corpora import read_lines, read_texts
from training.texts import fold_of


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy.yaml")


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_our_own_texts_name_domains_of_the_taxonomy_and_sentences_that_are_there(taxonomy: Taxonomy) -> None:
    codes = {domain.code for domain in taxonomy.domains}
    texts = [*read_texts("train", None), *read_texts("dev", None)]
    assert {text.source for text in texts} == {"reports", "news"}
    assert len({text.id for text in texts}) == len(texts)
    for text in texts:
        assert text.domains.keys() <= codes, text.id
        assert all(places for places in text.domains.values()), text.id
        assert all(-1 <= n < len(text.sentences) for places in text.domains.values() for n in places), text.id
        assert all(0 <= n < len(text.sentences) for n in text.summary), text.id


def test_every_domain_has_texts_of_our_own(taxonomy: Taxonomy) -> None:
    texts = read_texts("train", None)
    for domain in taxonomy.domains:
        assert sum(domain.code in text.domains for text in texts) >= 20, domain.code


def test_dev_reports_train_nothing() -> None:
    train, dev = ({text.id for text in read_texts(split, None)} for split in ("train", "dev"))  # type: ignore[arg-type]
    assert len(dev) == 60
    assert not train & dev


@pytest.mark.parametrize("name", ["articles", "headlines"])
def test_stored_labels_hold_no_words(name: str, taxonomy: Taxonomy) -> None:
    codes = {domain.code for domain in taxonomy.domains}
    for label in read_lines(DATA / "labels" / f"{name}.jsonl"):
        assert label.keys() == {"id", "sentences", "domains", "summary", "sure"}
        assert all(start < end for start, end in label["sentences"])
        for domain in label["domains"]:
            assert domain["code"] in codes
            assert all(-1 <= n < len(label["sentences"]) for n in domain["evidence"])


def test_labels_are_joined_with_the_texts_that_the_corpus_has(tmp_path: Path) -> None:
    label = next(read_lines(DATA / "labels" / "articles.jsonl"))
    text = "".join(chr(0x627 + n % 20) for n in range(label["sentences"][-1][1]))
    write(tmp_path / "summaries" / "train.jsonl.gz", [{"id": label["id"], "title": "عنوان", "text": text}])
    write(tmp_path / "pairs" / "headline_lead.jsonl.gz", [])
    write(tmp_path / "domains" / "train.jsonl.gz", [])
    found = [each for each in read_texts("train", tmp_path) if each.source == "articles"]
    assert [each.id for each in found] == [label["id"]]
    assert found[0].sentences == tuple(text[start:end] for start, end in label["sentences"])
    assert tuple(found[0].domains) == tuple(each["code"] for each in label["domains"])
    assert found[0].title == "عنوان"


def test_a_fold_depends_on_the_id_alone() -> None:
    assert [fold_of(f"r1-{n:03d}") for n in range(5)] == [fold_of(f"r1-{n:03d}") for n in range(5)]
    assert {fold_of(f"r1-{n:03d}") for n in range(60)} == set(range(5))
