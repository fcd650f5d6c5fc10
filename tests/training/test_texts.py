"""Damaged copies: labels keep pointing at their sentences, whatever stands before them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.evaluation.perturb import PREFACE
from nlp.provinces import Provinces
from nlp.shipped import DATA
from training.texts import DamageConfig, LabelledText, damaged

PREFACES = (DATA / "prefaces.txt").read_text(encoding="utf-8").splitlines()
TEXT = LabelledText(
    "x-1", "report", "reports", "عنوان گزارش",
    ("کلاس در مدرسه برگزار شد.", "نهالی در جنگل کاشته شد.", "وامی به کارگاه داده شد."),
    {"environment": (1,), "livelihood": (2, -1)}, summary=(0, 2),
)  # fmt: skip


@pytest.fixture(scope="module")
def provinces() -> Provinces:
    return Provinces.load(DATA / "provinces.yaml")


def test_labels_move_with_their_sentences_behind_a_preface(provinces: Provinces) -> None:
    copy = damaged(TEXT, provinces, [], PREFACES, DamageConfig((), 1.0), 3)
    more = len(copy.sentences) - len(TEXT.sentences)
    assert 4 <= more <= 10
    assert set(copy.sentences[:more]) <= set(PREFACES)
    assert copy.sentences[more:] == TEXT.sentences
    assert copy.domains == {"environment": (1 + more,), "livelihood": (2 + more, -1)}
    assert copy.summary == (more, 2 + more)


def test_the_share_of_prefaces_is_what_was_asked_for(provinces: Provinces) -> None:
    copies = [damaged(replace(TEXT, id=f"x-{n}"), provinces, [], PREFACES, DamageConfig((), 0.3), 3) for n in range(400)]
    assert 80 < sum(len(copy.sentences) > len(TEXT.sentences) for copy in copies) < 160


def test_the_robustness_suite_uses_other_prefaces_than_training() -> None:
    assert len(PREFACES) > 30
    assert not set(PREFACES) & set(PREFACE)
