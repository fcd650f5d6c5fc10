"""The heads of the shipped model under other taxonomies and engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nlp.adapters.encoders import SentenceTransformersConfig, open_encoder
from nlp.adapters.heads import open_head
from nlp.errors import ModelRefused
from nlp.pipelines.analyze import Analyzer
from nlp.settings import SHIPPED_MODEL
from nlp.shipped import DATA, MODELS
from nlp.taxonomy import Domain, Taxonomy, load_taxonomy
from nlp.types import Submission

MODEL = MODELS / SHIPPED_MODEL
NEW = Domain(
    code="football_stands",
    group="crime_and_delinquency",
    fa="آشوب و خشونت تماشاگران در ورزشگاه",
    en="Violence in the stands",
    covers=("درگیری هواداران فوتبال", "پرتاب سنگ و نارنجک در ورزشگاه", "فحاشی سکوها", "آموزش لیدرهای هواداری"),
    examples=(),
)
ABOUT_IT = (
    "کانون هواداران با لیدرهای سکوهای ورزشگاه آزادی دوره گذاشت تا درگیری هواداران دو تیم و پرتاب نارنجک و سنگ به زمین کم شود. "
    "در شش بازی خانگی هیچ تماشاگری بازداشت نشد و فحاشی سکوها به نصف رسید."
)
ABOUT_TREES = "دوستداران جنگل در بهار ده هزار نهال بلوط کاشتند و آتش‌سوزی مرتع را با داوطلبان محلی خاموش کردند."


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy.yaml")


def probability(analyzer: Analyzer, taxonomy: Taxonomy, text: str) -> dict[str, float]:
    head, centre = open_head(MODEL, analyzer.encoder, taxonomy)
    scores = Analyzer(analyzer.encoder, taxonomy, head, centre).analyze([Submission(text)])[0].scores
    return dict(zip([domain.code for domain in taxonomy.domains], scores.probabilities.tolist(), strict=True))


def test_a_domain_that_is_added_works_at_once_and_leaves_the_others_as_they_were(
    analyzer: Analyzer, taxonomy: Taxonomy
) -> None:
    wider = replace(taxonomy, domains=(*taxonomy.domains, NEW))
    head, _ = open_head(MODEL, analyzer.encoder, wider)
    assert head.methods == (*(["head"] * len(taxonomy.domains)), "prototype")
    found = probability(analyzer, wider, ABOUT_IT)
    assert found["football_stands"] >= head.decision.thresholds[-1]
    assert probability(analyzer, wider, ABOUT_TREES)["football_stands"] < head.decision.thresholds[-1]
    before = probability(analyzer, taxonomy, ABOUT_IT)
    assert {code: found[code] for code in before} == before


def test_a_trained_domain_that_the_taxonomy_lacks_is_refused(analyzer: Analyzer, taxonomy: Taxonomy) -> None:
    narrower = replace(taxonomy, domains=taxonomy.domains[1:])
    with pytest.raises(ModelRefused, match=f"trained on {taxonomy.domains[0].code}"):
        open_head(MODEL, analyzer.encoder, narrower)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_an_engine_that_knows_the_encoder_alone_has_prototypes_and_says_so(taxonomy: Taxonomy) -> None:
    encoder: Any = open_encoder(SentenceTransformersConfig(device="cpu"), MODEL)
    head, _ = open_head(MODEL, encoder, taxonomy)
    assert set(head.methods) == {"prototype"}
    assert head.decision.label.startswith("prototype:")
