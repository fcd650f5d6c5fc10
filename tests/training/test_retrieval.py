"""What search is measured by, on numbers that can be checked by hand; and which pairs only measure."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlp.types import FloatArray
from training.pairs import entailments, measures, pquad
from training.retrieval import hamshahri, ndcg, questions, similarity


class LetterEncoder:
    """Counts of letters, as unit vectors."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        rows = np.asarray([[text.count(chr(0x627 + n)) for n in range(36)] for text in texts], dtype=np.float32) + 1e-6
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_passages = encode_queries


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def silent(_: str) -> None:
    pass


def test_ndcg_discounts_by_the_logarithm_of_the_place() -> None:
    assert ndcg(["a", "b", "c"], {"a", "b"}) == 1.0
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["a", "x", "b"], {"a", "b"}) == pytest.approx((1 + 0.5) / (1 + 1 / math.log2(3)))
    assert ndcg(["a"], set()) == 0.0


def test_topics_are_answered_by_the_documents_judged_relevant(tmp_path: Path) -> None:
    write(tmp_path / "hamshahri_documents.jsonl.gz", [{"id": "1", "text": "سسسس"}, {"id": "2", "text": "نننن"}])
    write(tmp_path / "hamshahri_dev_queries.jsonl", [{"id": "q", "text": "سس", "relevant": ["1"]}])
    assert hamshahri(LetterEncoder(), tmp_path, silent) == {"value": 1.0, "of": 1}  # type: ignore[arg-type]


def test_only_answerable_questions_of_the_measuring_titles_are_asked(tmp_path: Path) -> None:
    titles = [f"عنوان {n}" for n in range(40)]
    mine, other = (next(t for t in titles if measures(t) is wanted) for wanted in (True, False))
    rows: list[dict[str, object]] = [
        {"title": mine, "question": "سس", "text": "سسسس", "is_impossible": False},
        {"title": mine, "question": "سس", "text": "نننن", "is_impossible": False},
        {"title": mine, "question": "مم", "text": "نننن", "is_impossible": True},
        {"title": other, "question": "مم", "text": "مممم", "is_impossible": False},
    ]
    path = write(tmp_path / "pairs" / "pquad.jsonl.gz", rows)
    assert questions(LetterEncoder(), path, silent) == {"value": 0.5, "of": 2}  # type: ignore[arg-type]
    assert pquad(tmp_path, 80) == [("مم", "مممم")]


def test_a_quarter_of_the_titles_measures() -> None:
    assert 0.22 < sum(measures(f"عنوان {n}") for n in range(4000)) / 4000 < 0.28


def test_similarity_is_the_rank_correlation_on_dev_alone(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"split": "dev", "text": "سسسس", "text2": other, "score": score}
        for other, score in (("سسسس", 5), ("سسسن", 4), ("سسنن", 3), ("نننن", 0))
    ]
    rows.append({"split": "train", "text": "سس", "text2": "سس", "score": 0})
    path = write(tmp_path / "stsb.jsonl.gz", rows)
    assert similarity(LetterEncoder(), path, silent) == {"value": pytest.approx(1.0), "of": 4}  # type: ignore[arg-type]


def test_entailments_come_with_the_contradiction_of_the_same_premise(tmp_path: Path) -> None:
    row = {"text": "الف", "split": "train"}
    rows: list[dict[str, object]] = [
        {**row, "label": "e", "text2": "ب"}, {**row, "label": "c", "text2": "پ"}, {**row, "label": "n", "text2": "ت"},
        {**row, "text": "ث", "label": "e", "text2": "ج"}, {**row, "text": "الف", "label": "e", "text2": "چ", "split": "val"},
    ]  # fmt: skip
    write(tmp_path / "pairs" / "farstail_nli.jsonl.gz", rows)
    assert entailments(tmp_path) == [("الف", "ب", "پ")]
