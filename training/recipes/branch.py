"""Joint training of the domain branch: upper transformer layers of its own over the encoder's shared lower ones.

The lower layers are frozen, so their states are computed once and kept; the encoder's own upper layers, which search uses, are
not touched. The branch learns from three labels at once: the domains of the text, the sentences that annotators chose as
evidence of each (multiple-instance pooling: one strong sentence is enough), and the sentences of the summary. The weights of
the sentence head start from the definitions of the taxonomy. In each epoch a long text is read through another window of its
sentences; a domain whose evidence lies outside the window is not judged there. About three minutes an epoch for 2,600 texts on
two cores.

Sources: shared lower layers with task branches, Houlsby et al. 2019 and Liu et al. 2019 (MT-DNN); pooling by log-sum-exp,
Pinheiro and Collobert 2015.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from nlp.heads.domains import SHARPNESS
from nlp.types import FloatArray
from training.recipes.shared_layers import IGNORED, half_precision


@dataclass(frozen=True, slots=True)
class BranchConfig:
    """The `[branch]` table of a training configuration."""

    layers: int
    epochs: int
    batch: int
    learning_rate: float
    head_learning_rate: float
    warmup: float
    clip: float
    start_length: float
    start_bias: float
    weight_decay: float
    dropout: float
    max_tokens: int
    crop_tokens: int
    damaged_share: float
    evidence_weight: float
    salience_weight: float
    unsure_weight: float
    decision_weight: float


@dataclass(slots=True)
class Example:
    """One text for the branch. states: (n_tokens, hidden), half precision, below the branch; places: (n_tokens,), the sentence
    of each token, the title after the last, `IGNORED` for special tokens; evidence: (n_places, n_domains), `IGNORED` where a
    domain was assigned without any; salient: (n_places,), or None where no summary was labelled; domains: (n_domains,)."""

    states: torch.Tensor
    places: torch.Tensor
    evidence: torch.Tensor
    salient: torch.Tensor | None
    domains: torch.Tensor
    weight: float


class Branch(nn.Module):
    """Upper layers and heads. What it computes is what `nlp.heads.domains` reads off pooled states."""

    def __init__(self, upper: nn.ModuleList, starts: FloatArray, config: BranchConfig) -> None:
        super().__init__()
        domains, hidden = starts.shape
        self.layers = upper
        self.norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.place, self.whole, self.salience = nn.Linear(hidden, domains), nn.Linear(hidden, domains), nn.Linear(hidden, 1)
        with torch.no_grad():
            self.place.weight.copy_(torch.from_numpy(starts))
            self.place.bias.fill_(config.start_bias)
            self.whole.weight.zero_()
            self.whole.bias.zero_()

    def forward(self, batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Domain logits (batch, n_domains); place logits (batch, n_places, n_domains); which places have tokens (batch,
        n_places); salience logits (batch, n_places)."""
        device = self.norm.weight.device
        width, most = max(len(each.places) for each in batch), max(len(each.evidence) for each in batch)
        x = torch.zeros((len(batch), width, len(self.norm.weight)))
        seen, member = torch.zeros((len(batch), width)), torch.zeros((len(batch), most, width))
        for row, each in enumerate(batch):
            length = len(each.places)
            x[row, :length], seen[row, :length] = each.states.float(), 1
            inside = torch.nonzero(each.places >= 0).squeeze(1)
            member[row, each.places[inside], inside] = 1
        x, seen, member = x.to(device), seen.to(device), member.to(device)
        bias = ((1 - seen) * -1e4)[:, None, None, :].expand(-1, 1, width, -1)
        for layer in self.layers:
            out = layer(x, attention_mask=bias)
            x = out[0] if isinstance(out, tuple) else out
        counts = member.sum(2, keepdim=True)
        places = self.dropout(self.norm(member @ x / counts.clamp(min=1)))
        whole = self.dropout(self.norm((x * seen[..., None]).sum(1) / seen.sum(1, keepdim=True)))
        logits, real = self.place(places), counts > 0
        pooled = torch.logsumexp(logits.masked_fill(~real, -1e4) * SHARPNESS, 1) / SHARPNESS
        return pooled + self.whole(whole), logits, real.squeeze(2), self.salience(places).squeeze(2)


def cropped(example: Example, most: int, draw: np.random.Generator) -> Example:
    """At most `most` tokens of a text: title, special tokens and a run of whole sentences that begins anywhere. `domains` is
    `IGNORED` where the text has the domain but no evidence of it is left; a text with unknown evidence is not cropped."""
    total = len(example.places)
    if total <= most or bool((example.evidence == IGNORED).any()):
        return example
    title = len(example.evidence) - 1
    fixed = (example.places == IGNORED) | (example.places == title)
    lengths = torch.bincount(example.places[~fixed], minlength=title)
    room = most - int(fixed.sum())
    first = int(draw.integers(title))
    while first and int(lengths[first - 1 :].sum()) <= room:
        first -= 1
    last = first + max(1, int((lengths[first:].cumsum(0) <= room).sum()))
    kept = torch.nonzero(fixed | ((example.places >= first) & (example.places < last))).squeeze(1)[:most]
    left = example.places[kept]
    shown = torch.bincount(left[left >= 0], minlength=title + 1) > 0
    found = (example.evidence[shown] > 0).any(0)
    return replace(
        example,
        states=example.states[kept],
        places=example.places[kept],
        domains=torch.where((example.domains > 0) & ~found, float(IGNORED), example.domains),
    )


def _loss(branch: Branch, batch: Sequence[Example], config: BranchConfig) -> torch.Tensor:
    logits, places, real, salience = branch(batch)
    device = logits.device
    cross = nn.functional.binary_cross_entropy_with_logits
    weights = torch.tensor([each.weight for each in batch], device=device)
    domains = torch.stack([each.domains for each in batch]).to(device)
    judged = domains != IGNORED
    loss = ((cross(logits, domains.clamp(min=0), reduction="none") * judged).sum(1) * weights).mean()
    evidence = torch.zeros(places.shape)
    salient, labelled = torch.zeros(salience.shape), torch.zeros(salience.shape, dtype=torch.bool)
    for row, each in enumerate(batch):
        evidence[row, : len(each.evidence)] = each.evidence
        if each.salient is not None:
            salient[row, : len(each.salient)] = each.salient
            labelled[row, : len(each.salient) - 1] = True
    evidence = evidence.to(device)
    per_place = (cross(places, evidence.clamp(min=0), reduction="none") * (evidence != IGNORED)).sum(2)
    loss = loss + config.evidence_weight * (per_place * weights[:, None])[real].mean()
    chosen = labelled.to(device) & real
    if chosen.any():
        loss = loss + config.salience_weight * cross(salience[chosen], salient.to(device)[chosen])
    return loss


def train_branch(
    branch: Branch,
    clean: Sequence[Example],
    damaged: Sequence[Example],
    config: BranchConfig,
    seed: int,
    checkpoint: Path,
    say: Callable[[str], None],
) -> Branch:
    """Train, writing `checkpoint` (safetensors) after each epoch and going on from it where it exists."""
    heads = [parameter for name, parameter in branch.named_parameters() if not name.startswith("layers")]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(branch.layers.parameters()), "lr": config.learning_rate},
            {"params": heads, "lr": config.head_learning_rate},
        ],
        weight_decay=config.weight_decay,
    )  # fmt: skip
    each_epoch = math.ceil(len(clean) / config.batch)
    steps = each_epoch * config.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (config.warmup * steps)) * max(0.02, 1 - step / steps)
    )
    first = _resume(checkpoint, branch, optimizer, schedule, each_epoch) if checkpoint.is_file() else 0
    for epoch in range(first, config.epochs):
        torch.manual_seed(seed * 1000 + epoch)
        draw = np.random.default_rng([seed, epoch])
        branch.train()
        began, total = time.monotonic(), 0.0
        for chosen in _batches([len(each.places) for each in clean], config.batch, draw):
            batch = [
                cropped((damaged if draw.random() < config.damaged_share else clean)[number], config.crop_tokens, draw)
                for number in chosen
            ]
            with half_precision(branch.norm.weight.device.type):
                loss = _loss(branch, batch, config)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(branch.parameters(), config.clip)
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        _save(checkpoint, branch, optimizer, epoch + 1)
        say(f"  epoch {epoch + 1}/{config.epochs}: loss {total / len(clean):.3f}, {time.monotonic() - began:.0f} s")
    return branch.eval()


def _batches(lengths: Sequence[int], size: int, draw: np.random.Generator) -> list[list[int]]:
    """Batches of texts of like length, in random order."""
    order = draw.permutation(len(lengths))
    found = []
    for at in range(0, len(order), size * 8):
        near = sorted(order[at : at + size * 8].tolist(), key=lambda number: lengths[number])
        found += [near[start : start + size] for start in range(0, len(near), size)]
    draw.shuffle(found)
    return found


def _save(path: Path, branch: Branch, optimizer: torch.optim.Optimizer, epochs: int) -> None:
    tensors = {f"branch.{name}": value.contiguous() for name, value in branch.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": value.contiguous() for name, value in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file({**tensors, "epochs": torch.tensor(epochs)}, part)
    part.replace(path)


def _resume(path: Path, branch: Branch, optimizer: Any, schedule: Any, each_epoch: int) -> int:
    tensors = load_file(path)
    branch.load_state_dict({name[7:]: value for name, value in tensors.items() if name.startswith("branch.")})
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            _, number, key = name.split(".", 2)
            state.setdefault(int(number), {})[key] = value
    done = int(tensors["epochs"])
    for _ in range(done * each_epoch):
        schedule.step()
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return done


@torch.inference_mode()
def predict(
    branch: Branch, examples: Sequence[Example], batch: int = 16
) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """Domain logits (n, n_domains), place logits of each text (n_places, n_domains), salience logits (n_places,)."""
    branch.eval()
    order = sorted(range(len(examples)), key=lambda number: len(examples[number].places))
    domains = np.zeros((len(examples), branch.place.out_features), dtype=np.float32)
    places: list[FloatArray] = [np.zeros((0, 0), dtype=np.float32)] * len(examples)
    salience = list(places)
    for at in range(0, len(order), batch):
        chosen = order[at : at + batch]
        logits, by_place, _, salient = (each.float().cpu().numpy() for each in branch([examples[number] for number in chosen]))
        for row, number in enumerate(chosen):
            size = len(examples[number].evidence)
            domains[number], places[number], salience[number] = logits[row], by_place[row, :size], salient[row, :size]
    return domains, places, salience
