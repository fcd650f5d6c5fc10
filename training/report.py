"""Write an evaluation down: `report.json` with every figure, `report.md` to read, and plots where matplotlib is installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def write_report(folder: Path, found: Mapping[str, Any]) -> list[Path]:
    """Returns what was written. `found` is what `samanyar evaluate` collected; see `service/cli/evaluate.py`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(found), encoding="utf-8")
    written = [folder / "report.json", folder / "report.md"]
    if find_spec("matplotlib"):
        written += _plots(folder, found["splits"])
    return written


def markdown(found: Mapping[str, Any]) -> str:
    """The report as Markdown; brackets hold 95% bootstrap intervals over texts."""
    lines = [
        f"# {found['model']}", "",
        f"`{found['command']}` on {found['at']}; model {found['model_sha256'][:12]}, engine {found['engine']}.", "",
        "| split | texts | micro-F1 | macro-F1 | ECE | Brier | AURC | right on surest 70% | evidence right | texts/s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, split in found["splits"].items():
        lines.append(
            f"| {name} | {split['texts']} | {_interval(split['micro']['f1'])} | {_interval(split['macro_f1'])} "
            f"| {split['ece']:.3f} | {split['brier']:.4f} | {split['aurc']:.3f} | {split['right_on_surest_70']:.3f} "
            f"| {split['evidence']['share']:.3f} of {split['evidence']['of']} | {split['texts_per_second']:.1f} |"
        )
        if "sure_only" in split:
            sure = split["sure_only"]
            lines.append(
                f"| {name}, `sure` only | {sure['texts']} | {sure['micro_f1']:.3f} | {sure['macro_f1']:.3f} | | | | | | |"
            )
    if found.get("baselines"):
        lines += [
            "",
            "## Baselines, same training texts, same run",
            "",
            "| method | split | micro-F1 | macro-F1 |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| {method} | {split} | {_interval(each['micro_f1'])} | {each['macro_f1']:.3f} |"
            for method, splits in found["baselines"].items()
            for split, each in splits.items()
        ]
    for name, split in found["splits"].items():
        lines += [
            "",
            f"## Domains: {name}",
            "",
            "| domain | positives | precision | recall | F1 |",
            "| --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {code} | {each['positives']} | {each['precision']:.3f} | {each['recall']:.3f} | {_interval(each['f1'])} |"
            for code, each in split["domains"].items()
        ]
        lines += ["", "Assigned where another domain was missed: " + ("; ".join(
            f"{each['assigned']} for {each['truth']} ({each['texts']})" for each in split["confusions"]
        ) or "none") + "."]  # fmt: skip
    for name, suite in found.get("robustness", {}).items():
        lines += [
            "",
            f"## Robustness: {name}",
            "",
            "| perturbation | micro-F1 | change | flips of all labels | flips of assigned |",
        ]
        lines += ["| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {kind} | {each['micro_f1']:.3f} | {each['change']:+.3f} "
            f"| {each['flips_of_all']:.2%} | {each['flips_of_assigned']:.2%} |"
            for kind, each in suite.items()
        ]
    return "\n".join(lines) + "\n"


def _interval(found: Mapping[str, float]) -> str:
    return f"{found['value']:.3f} [{found['low']:.3f}–{found['high']:.3f}]"


def _plots(folder: Path, splits: Mapping[str, Any]) -> list[Path]:
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for name, split in splits.items():
        axes.plot(split["selective_risk"]["coverage"], split["selective_risk"]["risk"], label=name)
    axes.axhline(0.05, linestyle=":", color="gray")
    axes.set(xlabel="share of texts, surest first", ylabel="share of assigned labels that are wrong", title="Selective risk")
    axes.legend()
    figure.tight_layout()
    figure.savefig(folder / "selective-risk.svg", metadata={"Date": None})
    plt.close(figure)
    return [folder / "selective-risk.svg"]
