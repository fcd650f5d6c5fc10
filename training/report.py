"""Write an evaluation down: `report.json` with every figure, `report.md` to read, and plots where matplotlib is installed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        f"`{found['command']}` on {found['at']}; model {found['model_sha256'][:12]}, engine {found['engine']}.",
        *_limits(found),
        *_overview(found["splits"]),
        *_baselines(found.get("baselines", {})),
        *_retrieval(found.get("retrieval", {})),
        *_search(found.get("search", {})),
        *_facts(found.get("facts", {}), found.get("plans", {})),
        *_summaries(found.get("summaries", {}), found.get("leads", {})),
    ]  # fmt: skip
    for name, split in found["splits"].items():
        lines += _domains(name, split)
    for name, suite in found.get("robustness", {}).items():
        lines += _robustness(name, suite)
    return "\n".join(lines) + "\n"


def _limits(found: Mapping[str, Any]) -> list[str]:
    """What was not measured, and why."""
    lines = []
    if not found["corpus"]:
        lines += ["", "No corpus was at hand: only the project's own reports (`data/reports/dev.jsonl`) were measured."]
    left = [name for name in ("baselines", "robustness", "retrieval", "summaries") if not found.get(name)]
    if left:
        lines += ["", f"Not measured in this run: {', '.join(left)}."]
    if not find_spec("matplotlib"):
        lines += ["", "No plots: matplotlib is not installed (samanyar[train])."]
    return lines


def _overview(splits: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        "| split | texts | micro-F1 | macro-F1 | ECE | Brier | AURC | right on surest 70% | evidence right | texts/s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, split in splits.items():
        lines.append(
            f"| {name} | {split['texts']} | {_interval(split['micro']['f1'])} | {_interval(split['macro']['f1'])} "
            f"| {split['ece']:.3f} | {split['brier']:.4f} | {split['aurc']:.3f} | {split['right_on_surest_70']:.3f} "
            f"| {split['evidence']['share']:.3f} of {split['evidence']['of']} | {split['texts_per_second']:.1f} |"
        )
        if "sure_only" in split:
            sure = split["sure_only"]
            lines.append(
                f"| {name}, `sure` only | {sure['texts']} | {sure['micro_f1']:.3f} | {sure['macro_f1']:.3f} | | | | | | |"
            )
    return lines


def _baselines(methods: Mapping[str, Any]) -> list[str]:
    if not methods:
        return []
    rows = [
        f"| {method} | {split} | {_interval(each['micro_f1'])} | {each['macro_f1']:.3f} |"
        for method, splits in methods.items()
        for split, each in splits.items()
    ]
    title = "## Baselines, same training texts, same run"
    return ["", title, "", "| method | split | micro-F1 | macro-F1 |", "| --- | --- | --- | --- |", *rows]


def _retrieval(encoders: Mapping[str, Any]) -> list[str]:
    if not encoders:
        return []
    figures = list(next(iter(encoders.values())))
    lines = ["", "## Retrieval, same run", "", f"| encoder | {' | '.join(figures)} |", f"| --- |{' --- |' * len(figures)}"]
    for name, each in encoders.items():
        row = " | ".join(f"{each[figure]['value']:.3f} of {each[figure]['of']}" for figure in figures)
        lines.append(f"| {name} | {row} |")
    return lines


def _search(sets: Mapping[str, Any]) -> list[str]:
    if not sets:
        return []
    head = "| set | mode | queries | nDCG@10 | recall@100 |"
    rows = [
        f"| {name} | {mode} | {each['of']} | {each['ndcg']:.3f} | {each['recall']:.3f} |"
        for name, modes in sets.items()
        for mode, each in modes.items()
    ]
    return ["", "## Search, whole documents in a store", "", head, "| --- | --- | --- | --- | --- |", *rows]


def _facts(sets: Mapping[str, Any], plans: Mapping[str, Any]) -> list[str]:
    if not sets:
        return []
    rows = [
        f"| {name} | {agree} | {each['precision']:.3f} | {each['recall']:.3f} | {each['f1']:.3f} |"
        for name, figures in sets.items()
        for agree, each in figures.items()
    ]
    lines = ["", "## Facts", "", "| set | must agree | precision | recall | F1 |", "| --- | --- | --- | --- | --- |", *rows]
    lines += [
        "",
        "Numbers of held-back sentences with plans, failures and negations: what annotators say, by row, and what we say.",
    ]
    for where, table in plans.items():
        lines += ["", f"| {where} | {' | '.join(table)} |", f"| --- |{' --- |' * len(table)}"]
        lines += [f"| {truth} | {' | '.join(str(each[said]) for said in table)} |" for truth, each in table.items()]
    return lines


def _summaries(splits: Mapping[str, Any], leads: Mapping[str, Any]) -> list[str]:
    if not splits:
        return []
    lines = ["", "## Summaries: F1 of the sentences chosen, three a text unless said otherwise", ""]
    lines += [f"| method | {' | '.join(splits)} |", f"| --- |{' --- |' * len(splits)}"]
    for method in next(iter(splits.values())):
        lines.append(f"| {method} | {' | '.join(_interval(each[method]) for each in splits.values())} |")
    if not leads:
        return lines
    names = list(next(iter(leads.values())))
    lines += [
        "",
        "## News leads: one sentence each, F1",
        "",
        f"| method | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
    ]
    return [
        *lines,
        *(f"| {method} | {' | '.join(_interval(each[name]) for name in names)} |" for method, each in leads.items()),
    ]


def _domains(name: str, split: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        f"## Domains: {name}",
        "",
        "| domain | positives | precision | recall | F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for code, each in {"micro": split["micro"], "macro": split["macro"], **split["domains"]}.items():
        three = " | ".join(_interval(each[measure]) for measure in ("precision", "recall", "f1"))
        lines.append(f"| {code} | {each.get('positives', '')} | {three} |")
    confused = "; ".join(f"{each['assigned']} for {each['truth']} ({each['texts']})" for each in split["confusions"])
    return [*lines, "", f"Assigned where another domain was missed: {confused or 'none'}."]


def _robustness(name: str, suite: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {kind} | {each['micro_f1']:.3f} | {each['change']:+.3f} "
        f"| {each['flips_of_all']:.2%} | {each['flips_of_assigned']:.2%} |"
        for kind, each in suite.items()
    ]
    head = "| perturbation | micro-F1 | change | flips of all labels | flips of assigned |"
    return ["", f"## Robustness: {name}", "", head, "| --- | --- | --- | --- | --- |", *rows]


def _interval(found: Mapping[str, float]) -> str:
    return f"{found['value']:.3f} [{found['low']:.3f}–{found['high']:.3f}]"


def _plots(folder: Path, splits: Mapping[str, Any]) -> list[Path]:
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, (risk, honest) = plt.subplots(ncols=2, figsize=(11, 4))
    for name, split in splits.items():
        risk.plot(split["selective_risk"]["coverage"], split["selective_risk"]["risk"], label=name)
        said, true, _ = zip(*split["reliability"], strict=True)
        honest.plot(said, true, marker="o", label=name)
    risk.axhline(0.05, linestyle=":", color="gray")
    risk.set(xlabel="share of texts, surest first", ylabel="share of assigned labels that are wrong", title="Selective risk")
    honest.plot([0, 1], [0, 1], linestyle=":", color="gray")
    honest.set(xlabel="probability given", ylabel="share that is true", title="Reliability")
    written = [_saved(figure, (risk, honest), folder / "calibration.svg")]
    figure, axes = plt.subplots(figsize=(8, 6))
    codes = list(next(iter(splits.values()))["domains"])
    for number, (name, split) in enumerate(splits.items()):
        places = [row + 0.4 * number for row in range(len(codes))]
        axes.barh(places, [split["domains"][code]["f1"]["value"] for code in codes], height=0.4, label=name)
    axes.set(yticks=[row + 0.2 for row in range(len(codes))], yticklabels=codes, xlabel="F1", title="Domains")
    axes.invert_yaxis()
    return [*written, _saved(figure, (axes,), folder / "domains.svg")]


def _saved(figure: Any, axes: Sequence[Any], path: Path) -> Path:
    import matplotlib.pyplot as plt

    for each in axes:
        each.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path
