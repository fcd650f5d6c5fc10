"""The recipes of facts and summaries: which mention a gold fact is, and that what was trained is what is opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlp.adapters.reading import open_facts, open_summary, save_facts, save_summary
from nlp.facts.mentions import find_mentions
from nlp.facts.reading import see
from nlp.heads.ranker import VALUES, SentenceRanker, SummaryHead, values_of
from training.facts import NEAR, head
from training.recipes.facts import Example, gold_of, train

SENTENCE = "۱۲ جلسه برای ۱۲ نفر و ۲۰ تا ۳۰ خانواده"


def test_a_gold_fact_is_the_mention_with_its_words_and_value() -> None:
    gold = [
        {"text": "۱۲ نفر", "value": 12, "kind": "people"},
        {"text": "۱۲ جلسه", "value": 12, "kind": "events"},
        {"text": "۲۰ تا ۳۰ خانواده", "value": 30, "kind": "households"},
    ]
    found = [gold_of(mention, SENTENCE, gold) for mention in find_mentions(SENTENCE)]
    assert [fact and fact["kind"] for fact in found] == ["events", "people", "households"]
    assert gold_of(find_mentions(SENTENCE)[0], SENTENCE, [{**gold[1], "value": 13}]) is None


def test_what_was_trained_is_what_is_opened(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    examples = []
    for number in range(40):
        plan = number % 2 == 0
        [seen] = see(["قرار است ۱۲ جلسه برگزار شود" if plan else "۱۲ جلسه برگزار شد"])
        state = draw.normal(1.0 if plan else -1.0, 0.1, 8).astype(np.float32)
        examples.append(Example(seen, state, "planned" if plan else "achieved", "events" if number % 4 else "cases", 0))
    reader, layers = train(examples, "encoder", "x")
    save_facts(tmp_path, layers, "encoder", 0.3)
    ranker = SentenceRanker(*(np.ones(len(VALUES), dtype=np.float32),) * 3, {"w:جلسه": 0.5}, -1.0)
    save_summary(tmp_path, SummaryHead(ranker, ranker, ranker))
    opened = open_facts(tmp_path)
    seen = see(["قرار است ۱۲ جلسه برگزار شود"])
    for states in (None, np.ones((1, 8), dtype=np.float32)):
        [before], [after] = reader.read(seen, states), opened.read(seen, states)
        assert (after.kind, after.status, opened.encoder, opened.doubt) == (before.kind, "planned", "encoder", 0.3)
        assert np.allclose(before.probabilities, after.probabilities, atol=2e-3)
    assert open_summary(tmp_path).lead.words == {"w:جلسه": 0.5}


def test_values_of_a_text_of_one_sentence_are_finite() -> None:
    values = values_of(
        ["۱۲ جلسه"], *(np.ones(1, dtype=np.float32), np.ones((1, 3), dtype=np.float32), np.ones(1, dtype=np.float32))
    )
    assert values.shape == (1, len(VALUES))
    assert np.isfinite(values).all()


def test_units_are_compared_by_their_first_word() -> None:
    assert [head(unit) for unit in ("روستای مرزی", "بهورز، معلم", "متر مربع")] == ["روستا", "بهورز", "متر"]
    assert {"people", "cases"} in NEAR
