"""The recipes on a handful of our own reports: they learn, they resume to the same weights, calibration is honest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from transformers import AutoModel

from nlp.errors import ConfigurationError, InvalidInput
from nlp.heads.calibration import sigmoid
from nlp.shipped import DATA, MODELS
from nlp.taxonomy import Taxonomy, load_taxonomy
from nlp.types import FloatArray
from training.corpora import read_texts
from training.recipes.branch import Branch, BranchConfig, Example, cropped, predict, train_branch
from training.recipes.calibrate import CalibrationConfig, fit_calibration
from training.recipes.shared_layers import IGNORED, SharedLayers
from training.run import Run, trainable
from training.texts import FOLDS, fold_of, truth_of
from training.train import read_config

CONFIG = Path(__file__).parents[2] / "training" / "configs" / "samanyar-1.toml"
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:Detected call of:UserWarning"
)


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(DATA / "taxonomy.yaml")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, taxonomy: Taxonomy) -> Run:
    config = read_config(CONFIG)
    config["branch"] |= {"layers": 1, "epochs": 2, "batch": 4, "max_tokens": 96}
    texts = read_texts("train", None)[:90]
    return Run(texts, taxonomy, config, MODELS / config["base"], tmp_path_factory.mktemp("run"), silent)


@pytest.fixture(scope="module")
def examples(run: Run) -> tuple[list[Example], list[Example]]:
    return run.examples()


def losses(branch: Branch, examples: list[Example]) -> float:
    truth = torch.stack([each.domains for each in examples]).numpy()
    return float(log_loss(truth.ravel(), sigmoid(predict(branch, examples)[0]).ravel()))


def test_training_lowers_the_loss_and_leaves_the_shared_layers(run: Run, examples: tuple[list[Example], list[Example]]) -> None:
    before = losses(run.branch(), examples[0])
    trained = run.final(*examples)
    assert losses(trained, examples[0]) < before
    lower = SharedLayers(run.base, run.config.layers, run.config.max_tokens, run.config.dropout, "cpu").model.state_dict()
    untouched = AutoModel.from_pretrained(run.base, add_pooling_layer=False, dtype=torch.float32).state_dict()
    assert lower
    assert all(torch.equal(value, untouched[name]) for name, value in lower.items())
    pairs = zip(trained.layers.parameters(), run.branch().layers.parameters(), strict=True)
    assert any(not torch.equal(after, start) for after, start in pairs)


def test_a_run_that_was_interrupted_ends_with_the_same_weights(
    run: Run, examples: tuple[list[Example], list[Example]], tmp_path: Path
) -> None:
    whole = train_branch(run.branch(), *examples, run.config, 5, tmp_path / "whole", silent)
    seen: list[str] = []

    def stop(line: str) -> None:
        seen.append(line)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_branch(run.branch(), *examples, run.config, 5, tmp_path / "part", stop)
    resumed = train_branch(run.branch(), *examples, run.config, 5, tmp_path / "part", seen.append)
    assert len(seen) == 2
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[name], value)


def test_out_of_fold_scores_come_from_branches_that_had_not_seen_the_text(
    run: Run, examples: tuple[list[Example], list[Example]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import run as runs

    folds = []

    def record(branch: Branch, clean: list[Example], *_: object) -> Branch:
        folds.append({id(each) for each in clean})
        return branch

    monkeypatch.setattr(runs, "train_branch", record)
    run.out_of_fold(*examples)
    for number, fold in enumerate(folds):
        for text, example in zip(run.texts, examples[0], strict=True):
            assert (id(example) in fold) == (fold_of(text.id) != number)
    assert len(folds) == FOLDS


def long_example(evidence: dict[int, int], unknown: tuple[int, ...] = ()) -> Example:
    """Ten sentences of ten tokens between a special token and its like, a title of five; evidence: domain to sentence."""
    places = [IGNORED, *[10] * 5, *(place for place in range(10) for _ in range(10)), IGNORED]
    labels, domains = torch.zeros((11, 3)), torch.zeros(3)
    for domain, place in evidence.items():
        labels[place, domain], domains[domain] = 1, 1
    for domain in unknown:
        labels[:, domain], domains[domain] = IGNORED, 1
    return Example(torch.randn(len(places), 4), torch.tensor(places), labels, None, domains, 1.0)


def test_a_crop_is_the_title_and_a_run_of_whole_sentences() -> None:
    example = long_example({0: 2})
    starts = set()
    for seed in range(40):
        places = cropped(example, 48, np.random.default_rng(seed)).places.tolist()
        inside = sorted({place for place in places if 0 <= place < 10})
        assert inside == list(range(inside[0], inside[0] + 4))
        assert all(places.count(place) == 10 for place in inside)
        assert places.count(10) == 5
        starts.add(inside[0])
    assert starts == set(range(7))
    assert cropped(example, 200, np.random.default_rng(0)) is example


def test_a_domain_whose_evidence_was_cropped_away_is_not_judged() -> None:
    example = long_example({0: 0, 1: 10})
    seen = set()
    for seed in range(40):
        crop = cropped(example, 48, np.random.default_rng(seed))
        assert crop.domains.tolist()[1:] == [1, 0]
        assert (crop.domains[0] == 1) == (0 in crop.places)
        seen.add(float(crop.domains[0]))
    assert seen == {1.0, float(IGNORED)}


def test_a_text_whose_evidence_nobody_marked_is_read_whole() -> None:
    example = long_example({0: 0}, unknown=(2,))
    assert cropped(example, 48, np.random.default_rng(0)) is example


def test_the_config_names_every_choice() -> None:
    assert BranchConfig(**read_config(CONFIG)["branch"]).layers == 4


def synthetic(taxonomy: Taxonomy) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Branch and lexical scores, genre and truth; the branch says nothing in reports."""
    draw = np.random.default_rng(7)
    truth = (draw.random((600, len(taxonomy.domains))) < np.linspace(0.01, 0.2, len(taxonomy.domains))).astype(np.float32)
    genre = np.sign(draw.normal(size=600)).astype(np.float32)
    noise = draw.normal(size=truth.shape)
    branch = np.where(genre[:, None] > 0, 3 * noise - 4, truth * 8 - 5 + 3 * noise).astype(np.float32)
    return branch, (truth * 1.5 - 1 + draw.normal(size=truth.shape) * 0.6).astype(np.float32), genre, truth


def test_calibrated_probabilities_are_honest_on_texts_it_was_not_fitted_on(taxonomy: Taxonomy) -> None:
    from nlp.evaluation.metrics import expected_calibration_error

    branch, lexical, genre, truth = synthetic(taxonomy)
    settings = CalibrationConfig(("reports",), 20, 25.0, 0.2, 0.7, 0.08, 0.7)
    calibration, decision = fit_calibration(branch[:300], lexical[:300], genre[:300], truth[:300], taxonomy, settings)
    probabilities = sigmoid(calibration.logits(branch[300:], lexical[300:], genre[300:]))
    assert expected_calibration_error(truth[300:], probabilities) < 0.02
    assert expected_calibration_error(truth[300:], sigmoid(branch[300:])) > 0.02
    by_genre = calibration.mix[0] + calibration.mix[3] * np.asarray([1.0, -1.0])
    assert abs(by_genre[0]) < 0.1 < by_genre[1], "in reports the branch is not listened to"
    assert ((decision.thresholds >= 0.2) & (decision.thresholds <= 0.7)).all()


def test_a_rare_domain_shares_the_scaling_of_its_group(taxonomy: Taxonomy) -> None:
    settings = CalibrationConfig(("reports",), 1000, 25.0, 0.2, 0.7, 0.08, 0.7)
    calibration, decision = fit_calibration(*synthetic(taxonomy), taxonomy, settings)
    for group in taxonomy.groups:
        members = [n for n, domain in enumerate(taxonomy.domains) if domain.group == group.code]
        assert len({float(calibration.slopes[n]) for n in members}) == 1
        assert len({float(decision.thresholds[n]) for n in members}) == 1


def test_truth_follows_the_order_of_the_taxonomy(taxonomy: Taxonomy) -> None:
    texts = read_texts("train", None)[:20]
    truth = truth_of(texts, taxonomy)
    for row, text in zip(truth, texts, strict=True):
        assert {taxonomy.domains[n].code for n in np.flatnonzero(row)} == set(text.domains)


def test_a_domain_with_a_handful_of_texts_stays_with_its_prototype(taxonomy: Taxonomy) -> None:
    texts = read_texts("train", None)
    lean = [text for text in texts if "migrants" not in text.domains]
    lean += [text for text in texts if "migrants" in text.domains][:4]
    assert [domain.code for domain in trainable(taxonomy, texts).domains] == [domain.code for domain in taxonomy.domains]
    left = trainable(taxonomy, lean)
    assert {domain.code for domain in taxonomy.domains} - {domain.code for domain in left.domains} == {"migrants"}


def test_a_folder_goes_on_only_with_the_run_that_made_it(run: Run, taxonomy: Taxonomy) -> None:
    assert Run(run.texts, taxonomy, run.choices, run.base, run.folder, silent).choices == run.choices
    with pytest.raises(InvalidInput, match="from other texts"):
        Run(run.texts[1:], taxonomy, run.choices, run.base, run.folder, silent)


def test_a_configuration_that_lacks_a_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "half.toml"
    path.write_text('name = "x"\nbase = "y"\nseed = 1\n[branch]\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="lacks"):
        read_config(path)
    with pytest.raises(ConfigurationError):
        read_config(tmp_path / "none.toml")
