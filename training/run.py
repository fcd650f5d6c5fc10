"""A training run up to its weights: texts and their damaged copies, out-of-fold branches, the final branch; resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from nlp.adapters.encoders import TorchConfig, load_manifest, open_encoder
from nlp.errors import InvalidInput
from nlp.heads.prototypes import prototype_texts
from nlp.provinces import Provinces
from nlp.shipped import DATA
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray
from training.recipes.branch import Branch, BranchConfig, Example, predict, train_branch
from training.recipes.shared_layers import IGNORED, SharedLayers
from training.texts import FOLDS, DamageConfig, LabelledText, damaged, fold_of, truth_of

LEAST_POSITIVES = 5
"""A domain with fewer texts is not trained: its prototype goes on scoring it."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What the five branches said of the texts they had not seen, in the order of the texts."""

    domains: FloatArray
    places: list[FloatArray]
    salience: list[FloatArray]


def trainable(taxonomy: Taxonomy, texts: Sequence[LabelledText]) -> Taxonomy:
    """The domains that have at least `LEAST_POSITIVES` texts, and their groups."""
    counts = truth_of(texts, taxonomy).sum(axis=0) if texts else np.zeros(len(taxonomy.domains))
    domains = tuple(d for d, count in zip(taxonomy.domains, counts, strict=True) if count >= LEAST_POSITIVES)
    groups = tuple(group for group in taxonomy.groups if any(d.group == group.code for d in domains))
    return replace(taxonomy, domains=domains, groups=groups)


class Run:
    """One training run: its texts, its configuration, and the folder that holds its checkpoints.

    :raises InvalidInput: the folder holds another run: other texts, labels, choices or base."""

    def __init__(
        self, texts: Sequence[LabelledText], taxonomy: Taxonomy, config: dict[str, Any], base: Path, folder: Path,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.texts, self.base, self.folder, self.say = list(texts), base, folder, say
        self.taxonomy = trainable(taxonomy, self.texts)
        self.config, self.seed, self.choices = BranchConfig(**config["branch"]), int(config["seed"]), config
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        provinces = Provinces.load(DATA / "provinces.yaml")
        ngos = sorted({text.ngo for text in self.texts if text.ngo})
        prefaces = (DATA / "prefaces.txt").read_text(encoding="utf-8").splitlines()
        damage = DamageConfig(**config["damage"])
        self.copies = [damaged(text, provinces, ngos, prefaces, damage, self.seed) for text in self.texts]
        self.folder.mkdir(parents=True, exist_ok=True)
        self._claim()

    def _claim(self) -> None:
        """Leave a mark of what this run is made from, or compare with the one that is there."""
        chosen = {table: self.choices.get(table) for table in ("seed", "damage", "adapt", "branch")}
        made_from = [[astuple(text) for text in self.texts], chosen, load_manifest(self.base).sha256]
        mark = hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
        kept = self.folder / "run.json"
        if kept.is_file() and json.loads(kept.read_text(encoding="utf-8")) != mark:
            raise InvalidInput(
                f"پوشهٔ {self.folder} از آموزش دیگری است؛ با متن‌ها یا تنظیم‌های دیگر نمی‌توان آن را پی گرفت.",
                detail=f"{self.folder} holds a run from other texts, choices or base",
            )
        kept.write_text(json.dumps(mark), encoding="utf-8")

    def examples(self) -> tuple[list[Example], list[Example]]:
        """Clean and damaged copies of every text, read through the shared layers."""
        return self._read(self.texts, "clean"), self._read(self.copies, "damaged")

    def _read(self, texts: Sequence[LabelledText], name: str) -> list[Example]:
        base = self._shared()
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
            save_whole(known, kept)
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

    def _shared(self) -> SharedLayers:
        return SharedLayers(self.base, self.config.layers, self.config.max_tokens, self.config.dropout, self.device)

    def branch(self) -> Branch:
        """A branch as it starts: the encoder's own upper layers, and the taxonomy's definitions as sentence head."""
        torch.manual_seed(self.seed)
        return Branch(self._shared().upper, self._starts(), self.config).to(self.device)

    def _starts(self) -> FloatArray:
        encoder = open_encoder(TorchConfig(), self.base)
        means = np.stack([encoder.encode_queries(prototype_texts(domain)).mean(axis=0) for domain in self.taxonomy.domains])
        centred = means - means.mean(axis=0)
        starts: FloatArray = (self.config.start_length * centred / np.linalg.norm(centred, axis=1, keepdims=True)).astype(
            np.float32
        )
        return starts

    def out_of_fold(self, clean: Sequence[Example], copies: Sequence[Example]) -> OutOfFold:
        """Five branches, each judged on the fold it has not seen. Kept per fold."""
        folds = np.asarray([fold_of(text.id) for text in self.texts])
        domains = np.zeros((len(self.texts), len(self.taxonomy.domains)), dtype=np.float32)
        places: list[FloatArray] = [np.zeros((0, 0), dtype=np.float32)] * len(self.texts)
        salience = list(places)
        for fold in range(FOLDS):
            tensors = load_file(self.fold(fold, clean, copies))
            outside = np.flatnonzero(folds == fold)
            domains[outside] = tensors["domains"].numpy()
            for n in outside:
                places[n] = tensors[f"places.{self.texts[n].id}"].numpy()
                salience[n] = tensors[f"salience.{self.texts[n].id}"].numpy()
        return OutOfFold(domains, places, salience)

    def fold(self, fold: int, clean: Sequence[Example], copies: Sequence[Example]) -> Path:
        """The file of what a branch trained on the other folds says of this one; where it is there, nothing is done."""
        kept = self.folder / f"fold-{fold}.safetensors"
        if kept.is_file():
            return kept
        folds = np.asarray([fold_of(text.id) for text in self.texts])
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
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
        save_whole(tensors, kept)
        return kept

    def final(self, clean: Sequence[Example], copies: Sequence[Example]) -> Branch:
        """The branch that is shipped: trained on every text."""
        self.say(f"all {len(clean)} texts")
        return train_branch(self.branch(), clean, copies, self.config, self.seed, self.folder / "final.checkpoint", self.say)


def save_whole(tensors: dict[str, torch.Tensor], path: Path) -> None:
    """Write a safetensors file that is either whole or not there."""
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)
