"""A model folder's domain heads: `heads.safetensors`, `terms.json` and the `[heads]` table of its manifest, read and written.

A folder without them has prototypes alone: `prototypes.safetensors` and the `[prototypes]` table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from nlp.adapters.encoders import load_manifest
from nlp.adapters.lexical import read_lexical, write_lexical
from nlp.adapters.models import ShelvedModel
from nlp.errors import ModelRefused
from nlp.heads.calibration import Decision, EvidencePrior, HeadCalibration
from nlp.heads.domains import BranchWeights, TrainedHead
from nlp.heads.lexical import LexicalHead
from nlp.heads.prototypes import Calibration, PrototypeHead, prototype_texts
from nlp.heads.scores import DomainHead
from nlp.ports import Encoder
from nlp.taxonomy import Taxonomy
from nlp.types import FloatArray

HEADS, TERMS, PROTOTYPES = "heads.safetensors", "terms.json", "prototypes.safetensors"


def open_head(folder: Path, encoder: Encoder, taxonomy: Taxonomy) -> tuple[DomainHead, FloatArray]:
    """The head of a model folder for this taxonomy, and the mean sentence vector, shape (dimension,).

    :raises ModelRefused: the folder has no calibration, or its files are damaged."""
    manifest = load_manifest(folder) if (folder / "manifest.toml").is_file() else None
    if manifest is None or manifest.prototypes is None:
        raise _uncalibrated(folder.name)
    try:
        values = manifest.prototypes
        centre = load_file(folder / PROTOTYPES)["centre"]
        calibration = Calibration(**{**values, "weights": tuple(values["weights"])})
        texts = [(number, text) for number, domain in enumerate(taxonomy.domains) for text in prototype_texts(domain)]
        vectors = encoder.encode_queries([text for _, text in texts])
        prototypes = PrototypeHead(taxonomy, vectors, [number for number, _ in texts], centre, calibration)
        if manifest.heads is None or not encoder.spec.branch:
            return prototypes, centre
        return _trained(folder, dict(manifest.heads), taxonomy, prototypes), centre
    except (OSError, KeyError, TypeError, ValueError, IndexError, SafetensorError) as error:
        raise ModelRefused("سرِ حوزه‌های مدل خواندنی نیست.", f"{folder.name}: {type(error).__name__}: {error}") from error


def misfit(model: ShelvedModel, taxonomy: Taxonomy) -> ShelvedModel:
    """The model as it is, or with the `problem` that its head would be refused for; nothing is loaded."""
    if model.manifest is None:
        return model
    try:
        if model.manifest.prototypes is None:
            raise _uncalibrated(model.name)
        _check_codes(model.name, model.manifest.heads or {"codes": ()}, taxonomy)
    except ModelRefused as error:
        return replace(model, problem=error.message)
    return model


def _uncalibrated(name: str) -> ModelRefused:
    return ModelRefused(
        "این مدل برای حوزه‌ها کالیبره نشده است؛ دستور training.recipes.prototypes را روی پوشهٔ آن اجرا کنید.",
        f"{name} has no [prototypes]: run python -m training.recipes.prototypes {name}",
    )


def _check_codes(name: str, values: Mapping[str, Any], taxonomy: Taxonomy) -> None:
    lost = sorted(set(values["codes"]) - {domain.code for domain in taxonomy.domains})
    if lost:
        raise ModelRefused(
            f"مدل {name} برای حوزه‌هایی آموزش دیده است که دیگر در فهرست حوزه‌ها نیستند: {'، '.join(lost)}",
            f"{name} was trained on {', '.join(lost)}, which the taxonomy lacks",
        )


def _trained(folder: Path, values: dict[str, Any], taxonomy: Taxonomy, prototypes: PrototypeHead) -> TrainedHead:
    _check_codes(folder.name, values, taxonomy)
    tensors = load_file(folder / HEADS)
    branch: dict[str, Any] = {name: tensors[f"branch.{name}"] for name in BranchWeights.__dataclass_fields__}
    branch["salience_bias"] = float(branch["salience_bias"][0])
    groups = [group.code for group in taxonomy.groups]
    order = [values["groups"].index(code) if code in values["groups"] else -1 for code in groups]

    def by_group(name: str, absent: float) -> FloatArray:
        return np.asarray([values[name][at] if at >= 0 else absent for at in order], dtype=np.float32)

    def numbers(name: str) -> FloatArray:
        return np.asarray(values[name], dtype=np.float32)

    return TrainedHead(
        taxonomy,
        values["codes"],
        BranchWeights(**branch),
        read_lexical(folder / TERMS, tensors, "lexical.", values),
        HeadCalibration(
            numbers("mix"), float(values["mix_intercept"]), numbers("slopes"), numbers("intercepts"),
            by_group("group_slopes", 1.0), by_group("group_intercepts", 0.0),
        ),
        Decision(
            numbers("thresholds"), by_group("group_thresholds", 0.5), float(values["margin"]), float(values["confident"]),
            str(values["label"]),
        ),
        EvidencePrior(**values["evidence"]),
        prototypes,
    )  # fmt: skip


def save_head(
    folder: Path,
    codes: list[str],
    groups: list[str],
    branch: BranchWeights,
    lexical: LexicalHead,
    calibration: HeadCalibration,
    decision: Decision,
    evidence: EvidencePrior,
) -> dict[str, Any]:
    """Write the tensors and terms; returns the `[heads]` table for the manifest."""  # fmt: skip
    own, sizes = write_lexical(lexical, folder / TERMS, "lexical.")
    tensors: dict[str, Any] = {
        f"branch.{name}": np.atleast_1d(np.asarray(getattr(branch, name), dtype=np.float32))
        for name in BranchWeights.__dataclass_fields__
    }
    save_file({name: np.ascontiguousarray(value) for name, value in (tensors | own).items()}, folder / HEADS)
    (folder / HEADS).chmod(0o644)
    numbers = {name: value for name, value in (asdict(calibration) | asdict(decision)).items() if name != "label"}
    plain = {name: np.asarray(value, dtype=np.float64).round(6).tolist() for name, value in numbers.items()}
    return {
        "codes": codes, "groups": groups, "label": decision.label, **plain, **sizes,
        "evidence": asdict(evidence),
    }  # fmt: skip
