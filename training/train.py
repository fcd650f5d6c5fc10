"""`samanyar train`: every step from labelled texts to a model folder, each resumable from what it left in the run's folder."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from nlp.adapters.encoders import TorchConfig, open_encoder
from nlp.adapters.encoders.manifest import BRANCH
from nlp.adapters.heads import save_head
from nlp.evaluation.metrics import expected_calibration_error, f1, macro_f1, right_at
from nlp.heads.calibration import Decision, HeadCalibration, sigmoid, sureness
from nlp.heads.domains import BranchWeights
from nlp.heads.lexical import LexicalHead
from nlp.heads.prototypes import prototype_texts
from nlp.provinces import Provinces
from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray, IntArray
from training.recipes.branch import IGNORED, BaseLayers, Branch, BranchConfig, Example, predict, train_branch
from training.recipes.calibrate import CalibrationConfig, fit_calibration
from training.recipes.lexical import LexicalConfig, train_lexical
from training.recipes.quantize import quantize
from training.sentence_folder import write_manifest
from training.texts import FOLDS, LabelledText, damaged, fold_of, truth_of

_START_LENGTH = 0.5


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What the five branches said of the texts they had not seen, in the order of the texts."""

    domains: FloatArray
    places: list[FloatArray]
    salience: list[FloatArray]


class Run:
    """One training run: its texts, its configuration, and the folder that holds its checkpoints."""

    def __init__(
        self, texts: Sequence[LabelledText], taxonomy: Taxonomy, config: dict[str, Any], base: Path, folder: Path,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.texts, self.taxonomy, self.base, self.folder, self.say = list(texts), taxonomy, base, folder, say
        self.config, self.seed = BranchConfig(**config["branch"]), int(config["seed"])
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.folder.mkdir(parents=True, exist_ok=True)

    def examples(self) -> tuple[list[Example], list[Example]]:
        """Clean and damaged copies of every text, read through the shared layers."""
        provinces = Provinces.load(DATA / "provinces.yaml")
        ngos = sorted({text.ngo for text in self.texts if text.ngo})
        copies = [damaged(text, provinces, ngos, self.seed) for text in self.texts]
        return self._read(self.texts, "clean"), self._read(copies, "damaged")

    def _read(self, texts: Sequence[LabelledText], name: str) -> list[Example]:
        base = BaseLayers(self.base, self.config, self.device)
        rows = [base.tokens(text.segmented) for text in texts]
        kept = self.folder / f"states-{name}.safetensors"
        known = load_file(kept) if kept.is_file() else {}
        missing = [
            number
            for number, text in enumerate(texts)
            if known.get(text.id, torch.empty(0)).shape[:1] != (len(rows[number][0]),)
        ]
        if missing:
            found = base.states([rows[number][0] for number in missing], self.say)
            known |= {texts[number].id: state for number, state in zip(missing, found, strict=True)}
            save_file(known, kept)
        truth = torch.from_numpy(truth_of(texts, self.taxonomy))
        return [
            self._example(text, known[text.id], places, domains)
            for text, (_, places), domains in zip(texts, rows, truth, strict=True)
        ]

    def _example(self, text: LabelledText, states: torch.Tensor, places: list[int], domains: torch.Tensor) -> Example:
        title = len(text.sentences)
        evidence = torch.zeros((title + 1, len(domains)))
        for number, domain in enumerate(self.taxonomy.domains):
            places_of = text.domains.get(domain.code)
            if places_of is not None and not places_of:
                evidence[:, number] = IGNORED
            for place in places_of or ():
                evidence[place if place >= 0 else title, number] = 1
        salient = torch.zeros(title + 1)
        salient[list(text.summary)] = 1
        return Example(
            states, torch.tensor(places), evidence, salient if text.summary else None, domains,
            text.weight if text.sure else text.weight * self.config.unsure_weight,
        )  # fmt: skip

    def branch(self) -> Branch:
        """A branch as it starts: the encoder's own upper layers, and the taxonomy's definitions as sentence head."""
        torch.manual_seed(self.seed)
        return Branch(BaseLayers(self.base, self.config, self.device).upper, self._starts(), self.config.dropout).to(
            self.device
        )

    def _starts(self) -> FloatArray:
        encoder = open_encoder(TorchConfig(), self.base)
        means = np.stack([encoder.encode_queries(prototype_texts(domain)).mean(axis=0) for domain in self.taxonomy.domains])
        centred = means - means.mean(axis=0)
        starts: FloatArray = (_START_LENGTH * centred / np.linalg.norm(centred, axis=1, keepdims=True)).astype(np.float32)
        return starts

    def out_of_fold(self, clean: Sequence[Example], copies: Sequence[Example]) -> OutOfFold:
        """Five branches, each judged on the fold it has not seen. Kept per fold."""
        folds = np.asarray([fold_of(text.id) for text in self.texts])
        domains = np.zeros((len(self.texts), len(self.taxonomy.domains)), dtype=np.float32)
        places: list[FloatArray] = [np.zeros((0, 0), dtype=np.float32)] * len(self.texts)
        salience = list(places)
        for fold in range(FOLDS):
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            kept = self.folder / f"fold-{fold}.safetensors"
            if not kept.is_file():
                self.say(f"fold {fold + 1} of {FOLDS}: {len(inside)} texts")
                trained = train_branch(
                    self.branch(), [clean[n] for n in inside], [copies[n] for n in inside], self.config, self.seed + fold,
                    self.folder / f"fold-{fold}.checkpoint", self.say,
                )  # fmt: skip
                found = predict(trained, [clean[n] for n in outside])
                tensors = {"domains": torch.from_numpy(found[0])}
                for n, by_place, salient in zip(outside, found[1], found[2], strict=True):
                    tensors |= {f"places.{self.texts[n].id}": torch.from_numpy(by_place)}
                    tensors |= {f"salience.{self.texts[n].id}": torch.from_numpy(salient)}
                save_file(tensors, kept)
            tensors = load_file(kept)
            domains[outside] = tensors["domains"].numpy()
            for n in outside:
                places[n] = tensors[f"places.{self.texts[n].id}"].numpy()
                salience[n] = tensors[f"salience.{self.texts[n].id}"].numpy()
        return OutOfFold(domains, places, salience)

    def final(self, clean: Sequence[Example], copies: Sequence[Example]) -> Branch:
        """The branch that is shipped: trained on every text."""
        self.say(f"all {len(clean)} texts")
        return train_branch(self.branch(), clean, copies, self.config, self.seed, self.folder / "final.checkpoint", self.say)


def read_config(path: Path) -> dict[str, Any]:
    """A training configuration of `training/configs/`."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def finish(run: Run, corpus_texts: OutOfFold, final: Branch, config: dict[str, Any], target: Path) -> dict[str, Any]:
    """Lexical head, calibration and thresholds; then the model folder `target`, with a quantized body. Returns the out-of-fold
    figures, each read off fifths that its calibration was not fitted on."""
    taxonomy, texts = run.taxonomy, run.texts
    truth = truth_of(texts, taxonomy)
    segmented = [text.segmented for text in texts]
    weights = np.asarray([text.weight if text.sure else text.weight * run.config.unsure_weight for text in texts])
    lexical_config = LexicalConfig(**config["lexical"])
    folds = np.asarray([fold_of(text.id) for text in texts])
    scores = np.zeros_like(truth)
    for fold in range(FOLDS):
        run.say(f"lexical head, fold {fold + 1} of {FOLDS}")
        inside = np.flatnonzero(folds != fold)
        head = train_lexical([segmented[n] for n in inside], truth[inside], weights[inside], lexical_config, run.seed)
        for n in np.flatnonzero(folds == fold):
            scores[n] = head.score(segmented[n])
    settings = CalibrationConfig(**config["calibration"])
    figures = _nested(corpus_texts.domains, scores, truth, folds, texts, taxonomy, settings)
    calibration, decision = fit_calibration(corpus_texts.domains, scores, truth, taxonomy, settings)
    lexical = train_lexical(segmented, truth, weights, lexical_config, run.seed)
    assemble(run, final, lexical, calibration, decision, target)
    return figures


def _nested(
    branch: FloatArray, lexical: FloatArray, truth: FloatArray, folds: IntArray, texts: Sequence[LabelledText],
    taxonomy: Taxonomy, settings: CalibrationConfig,
) -> dict[str, Any]:  # fmt: skip
    probabilities, assigned = np.zeros_like(truth), np.zeros_like(truth)
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        if not outside.any():
            continue
        calibration, decision = fit_calibration(branch[inside], lexical[inside], truth[inside], taxonomy, settings)
        probabilities[outside] = sigmoid(calibration.logits(branch[outside], lexical[outside]))
        assigned[outside] = probabilities[outside] >= decision.thresholds
    kinds = np.asarray([text.kind for text in texts])
    found = {}
    for kind in dict.fromkeys(kinds.tolist()):
        here = kinds == kind
        sure = np.asarray([sureness(row) for row in probabilities[here]])
        found[kind] = {
            "texts": int(here.sum()),
            "micro_f1": round(f1(truth[here], assigned[here]), 4),
            "macro_f1": round(macro_f1(truth[here], assigned[here]), 4),
            "ece": round(expected_calibration_error(truth[here], probabilities[here]), 4),
            "right_on_surest_70": round(right_at(truth[here], assigned[here], sure, 0.7), 4),
        }
    return found


def assemble(
    run: Run, branch: Branch, lexical: LexicalHead, calibration: HeadCalibration, decision: Decision, target: Path
) -> None:
    """Write the model folder: the base's encoder as it is, the branch, the heads, the manifest; then quantize."""
    if target.resolve() != run.base.resolve():
        shutil.copytree(
            run.base, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("openvino", "CARD.md", "evaluation*")
        )
    manifest = tomllib.loads((run.base / "manifest.toml").read_text(encoding="utf-8"))
    layers = int(json.loads((run.base / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"])
    state = {name: value.detach().cpu() for name, value in branch.state_dict().items()}
    first = layers - run.config.layers
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
    table = save_head(target, codes, [group.code for group in run.taxonomy.groups], weights, lexical, calibration, decision)
    manifest.pop("files", None)
    write_manifest(target, {**manifest, "name": target.name, "kind": "classifier", "heads": table})
    run.say("quantizing")
    quantize(target)


def _branch_name(name: str, first: int) -> str:
    """`layers.0.output…` to `branch.layer.8.output…` for a branch that begins at 8."""
    _, number, rest = name.split(".", 2)
    return f"branch.layer.{int(number) + first}.{rest}"
