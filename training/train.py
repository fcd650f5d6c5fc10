"""`samanyar train`: from labelled texts to a model folder, each step resumable from what it left in the run's folder."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from nlp.adapters.encoders.manifest import BRANCH
from nlp.adapters.heads import save_head
from nlp.errors import ConfigurationError
from nlp.evaluation.metrics import expected_calibration_error, f1, macro_f1, right_at
from nlp.heads.calibration import Decision, EvidencePrior, HeadCalibration, sigmoid, sureness
from nlp.heads.domains import BranchWeights
from nlp.heads.lexical import LexicalHead
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray, IntArray
from training.corpora import LICENCES
from training.recipes.branch import Branch
from training.recipes.calibrate import CalibrationConfig, fit_calibration
from training.recipes.facets import fit_facets
from training.recipes.lexical import LexicalConfig, train_lexical
from training.recipes.prototypes import fit_prototypes
from training.recipes.quantize import quantize
from training.run import OutOfFold, Run
from training.sentence_folder import write_manifest
from training.texts import FOLDS, fold_of, truth_of

SUMMARY_SENTENCES = 3


def read_config(path: Path) -> dict[str, Any]:
    """A training configuration of `training/configs/`. :raises ConfigurationError: it is not there, or a table is missing."""
    try:
        choices = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"تنظیم‌های آموزش ({path}) خواندنی نیست.", f"{path}: {error}") from error
    missing = {"name", "base", "seed", "damage", "branch", "lexical", "calibration", "evidence"} - choices.keys()
    if missing:
        raise ConfigurationError(f"در {path} این بخش‌ها نیست: {'، '.join(sorted(missing))}", f"{path} lacks {sorted(missing)}")
    return choices


def encoder_for(run: Run, corpus: Path | None, in_use: Path) -> Path:
    """The folder of the encoder that search will use: adapted where the pairs are at hand; else that of the model in use, if
    the branch can share its lower layers; else the base as it is."""
    if corpus is not None and "adapt" in run.choices:
        from training.recipes.adapt import AdaptConfig, adapt

        choices = AdaptConfig(layers=run.config.layers, **run.choices["adapt"])
        return adapt(run.base, choices, corpus, run.seed, run.folder / "encoder", run.say)
    return in_use if _shares_layers(run, in_use) else run.base


def _shares_layers(run: Run, other: Path) -> bool:
    if not (other / "manifest.toml").is_file() or not (other / "model.safetensors").is_file():
        return False
    ours, theirs = load_file(run.base / "model.safetensors"), load_file(other / "model.safetensors")
    first = _layers_of(run.base) - run.config.layers
    shared = [name for name in ours if not name.startswith("encoder.layer.") or int(name.split(".")[2]) < first]
    return all(name in theirs and torch.equal(ours[name], theirs[name]) for name in shared)


def finish(
    run: Run, unseen: OutOfFold, final: Branch, encoder: Path, taxonomy: Taxonomy, target: Path, name: str
) -> dict[str, Any]:
    """Lexical head, calibration and thresholds; then the model `name` in the folder `target`, around `encoder`. Returns the
    out-of-fold figures, each read off fifths that its calibration was not fitted on."""
    truth = truth_of(run.texts, run.taxonomy)
    folds = np.asarray([fold_of(text.id) for text in run.texts])
    lexical, scores, genres = _lexical(run, truth, folds)
    settings = CalibrationConfig(**run.choices["calibration"])
    judged = np.asarray([text.source in settings.sources for text in run.texts])
    unseen_scores = unseen.domains[judged], scores[judged], genres[judged]
    sources = np.asarray([text.source for text in run.texts])[judged]
    figures = _nested(unseen_scores, truth[judged], folds[judged], sources, run.taxonomy, settings)
    calibration, decision = fit_calibration(*unseen_scores, truth[judged], run.taxonomy, settings)
    evidence = EvidencePrior(**run.choices["evidence"])
    for source, share in _evidence_right(run, unseen, evidence).items():
        figures.setdefault(source, {})["top_evidence_right"] = share
    for source, score in _summaries_right(run, unseen).items():
        figures.setdefault(source, {})["summary_sentences_f1"] = score
    assemble(run, final, lexical, calibration, decision, evidence, encoder, target, name)
    run.say("quantizing")
    quantize(target)
    run.say("prototypes for domains that are added later")
    fit_prototypes(target, run.texts, taxonomy, run.say)
    run.say("activities and target groups")
    fit_facets(target, run.say)
    return figures


def _lexical(run: Run, truth: FloatArray, folds: IntArray) -> tuple[LexicalHead, FloatArray, FloatArray]:
    """The lexical head of all texts, and out of fold: scores, (n_texts, n_domains), and genres, (n_texts,). It is trained on
    damaged copies too."""
    clean, copies = ([text.segmented for text in texts] for texts in (run.texts, run.copies))
    weights = np.asarray([text.weight if text.sure else text.weight * run.config.unsure_weight for text in run.texts])
    reports = np.asarray([text.kind != "news" for text in run.texts], dtype=np.float32)
    config = LexicalConfig(**run.choices["lexical"])

    def trained(chosen: IntArray) -> LexicalHead:
        texts = [each[n] for each in (clean, copies) for n in chosen]
        twice = np.tile(truth[chosen], (2, 1)), np.tile(reports[chosen], 2), np.tile(weights[chosen], 2)
        return train_lexical(texts, *twice, config, run.seed)

    scores, genres = np.zeros_like(truth), np.zeros_like(reports)
    for fold in range(FOLDS):
        run.say(f"lexical head, fold {fold + 1} of {FOLDS}")
        head = trained(np.flatnonzero(folds != fold))
        for n in np.flatnonzero(folds == fold):
            scores[n], genres[n] = head.score(clean[n])
    return trained(np.arange(len(clean))), scores, genres


def _nested(
    scores: tuple[FloatArray, FloatArray, FloatArray], truth: FloatArray, folds: IntArray, sources: NDArray[np.str_],
    taxonomy: Taxonomy, settings: CalibrationConfig,
) -> dict[str, Any]:  # fmt: skip
    probabilities, assigned = np.zeros_like(truth), np.zeros_like(truth)
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        if not outside.any():
            continue
        branch, lexical, genre = (each[inside] for each in scores)
        calibration, decision = fit_calibration(branch, lexical, genre, truth[inside], taxonomy, settings)
        branch, lexical, genre = (each[outside] for each in scores)
        probabilities[outside] = sigmoid(calibration.logits(branch, lexical, genre))
        assigned[outside] = probabilities[outside] >= decision.thresholds
    found = {}
    for source in dict.fromkeys(sources.tolist()):
        here = sources == source
        sure = np.asarray([sureness(row) for row in probabilities[here]])
        found[source] = {
            "texts": int(here.sum()),
            "micro_f1": round(f1(truth[here], assigned[here]), 4),
            "macro_f1": round(macro_f1(truth[here], assigned[here]), 4),
            "ece": round(expected_calibration_error(truth[here], probabilities[here]), 4),
            "right_on_surest_70": round(right_at(truth[here], assigned[here], sure, 0.7), 4),
            "f1_of": {
                domain.code: round(f1(truth[here, n], assigned[here, n]), 4) for n, domain in enumerate(taxonomy.domains)
            },
        }
    return found


def _evidence_right(run: Run, unseen: OutOfFold, prior: EvidencePrior) -> dict[str, float]:
    """Of each source that calibrates: how often the place that says most for a domain is one that annotators chose."""
    right: dict[str, list[bool]] = {}
    for text, places in zip(run.texts, unseen.places, strict=True):
        if text.source not in run.choices["calibration"]["sources"]:
            continue
        titled = len(places) > len(text.sentences) and text.title is not None
        words = [each.count(" ") + 1 for each in (*text.sentences, text.title or "")][: len(text.sentences) + titled]
        for number, domain in enumerate(run.taxonomy.domains):
            if text.domains.get(domain.code):
                best = int(np.argmax(places[: len(words), number] + prior(words, titled=titled)))
                place = -1 if best == len(text.sentences) else best
                right.setdefault(text.source, []).append(place in text.domains[domain.code])
    return {source: round(float(np.mean(found)), 4) for source, found in right.items()}


def _summaries_right(run: Run, unseen: OutOfFold) -> dict[str, float]:
    """Of each source that calibrates: mean F1 of the three most salient sentences against those that annotators chose."""
    scores: dict[str, list[float]] = {}
    for text, salience in zip(run.texts, unseen.salience, strict=True):
        if text.source not in run.choices["calibration"]["sources"] or not text.summary:
            continue
        chosen = set(np.argsort(-salience[: len(text.sentences)], kind="stable")[:SUMMARY_SENTENCES].tolist())
        right = len(chosen & set(text.summary))
        scores.setdefault(text.source, []).append(2 * right / (len(chosen) + len(text.summary)))
    return {source: round(float(np.mean(found)), 4) for source, found in scores.items()}


def assemble(
    run: Run, branch: Branch, lexical: LexicalHead, calibration: HeadCalibration, decision: Decision,
    evidence: EvidencePrior, encoder: Path, target: Path, name: str,
) -> None:  # fmt: skip
    """Write the model folder: the encoder, the branch, the heads, the manifest."""
    shutil.copytree(encoder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("openvino", "CARD.md", "evaluation*"))
    manifest = tomllib.loads((encoder / "manifest.toml").read_text(encoding="utf-8"))
    state = {name: value.detach().cpu() for name, value in branch.state_dict().items()}
    first = _layers_of(run.base) - run.config.layers
    own = {name: value for name, value in state.items() if name.startswith("layers.")}
    save_file({_branch_name(name, first): value.half().contiguous() for name, value in own.items()}, target / BRANCH)
    (target / BRANCH).chmod(0o644)
    weights = BranchWeights(
        state["norm.weight"].numpy(), state["norm.bias"].numpy(),
        state["place.weight"].numpy(), state["place.bias"].numpy(),
        state["whole.weight"].numpy(), state["whole.bias"].numpy(),
        state["salience.weight"].numpy()[0], float(state["salience.bias"][0]),
    )  # fmt: skip
    codes = [domain.code for domain in run.taxonomy.domains]
    table = save_head(
        target, codes, [group.code for group in run.taxonomy.groups], weights, lexical, calibration, decision, evidence
    )
    manifest.pop("files", None)
    trained_on = {source: LICENCES[source] for source in dict.fromkeys(text.source for text in run.texts)}
    said = {**manifest, "name": name, "kind": "classifier", "trained_on": manifest.get("trained_on", {}) | trained_on}
    write_manifest(target, {**said, "heads": table})


def _layers_of(folder: Path) -> int:
    return int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"])


def _branch_name(name: str, first: int) -> str:
    """`layers.0.output…` to `branch.layer.8.output…` for a branch that begins at 8."""
    _, number, rest = name.split(".", 2)
    return f"branch.layer.{int(number) + first}.{rest}"
