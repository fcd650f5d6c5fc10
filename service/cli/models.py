"""`samanyar models list | promote | rollback | replay`: which model is in use, and how another one comes into use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from nlp.bootstrap import App, open_analyzer, open_app
from nlp.errors import ModelRefused
from nlp.evaluation.gate import judge_candidate
from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.promote import LabelChange, differences, label_change, prepare, reread
from nlp.settings import Settings, load_settings
from nlp.types import Filters
from training.decisions import read_decisions
from training.evaluate import judge
from training.texts import read_texts, truth_of

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="Models and which one is in use.")


@app.command("list")
def list_models() -> None:
    """Every model that is shipped or was trained here; * marks the one in use."""
    settings = load_settings()
    for model in settings.shelf.models():
        mark = "*" if model.name == settings.shelf.current else " "
        typer.echo(f"{mark} {model.name}  {(model.sha256 or '')[:12]}  {model.problem or model.folder}")


@app.command()
def promote(
    name: Annotated[str, typer.Argument(help="As `models list` names it.")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only measure, and print what would change.")] = False,
) -> None:
    """Measure a model on the frozen split against the one in use; if it is better, encode the store for it and use it."""
    settings = load_settings()
    application = open_app(settings)
    try:
        candidate = _analyzer(settings, name)
        reasons = _gate(application, candidate, corpus or settings.corpus)
        if dry_run:
            _print_changes([c for r, a in reread(application.stores.reports, candidate) if (c := label_change(r, a))])
        if reasons:
            raise ModelRefused(f"مدل «{name}» به کار گرفته نشد: {'؛ '.join(reasons)}", "; ".join(reasons))
        if not dry_run:
            _print_changes(_switch(application, candidate))
            settings.shelf.promote(name)
            typer.echo(f"{name} is in use; restart `samanyar serve`.", err=True)
    finally:
        application.close()


@app.command()
def rollback() -> None:
    """Put the model before this one in use again; reports that came since are encoded for it first."""
    settings = load_settings()
    previous = settings.shelf.previous
    application = open_app(settings)
    try:
        if previous:
            _print_changes(_switch(application, _analyzer(settings, previous)))
        typer.echo(f"{settings.shelf.rollback()} is in use; restart `samanyar serve`.", err=True)
    finally:
        application.close()


@app.command()
def replay() -> None:
    """Analyse every stored report again with the model in use, and compare; exit 1 where the same model answers otherwise."""
    application = open_app(load_settings())
    same = other = skipped = 0
    try:
        ours = application.analyzer.provenance()
        for report, analyzed in reread(application.stores.reports, application.analyzer):
            made = report.analysis.provenance if report.analysis else None
            if made is None or (made.model_sha256, made.engine, made.taxonomy, made.normalizer) != (
                ours.model_sha256, ours.engine, ours.taxonomy, ours.normalizer,
            ):  # fmt: skip
                skipped += 1
                continue
            found = differences(report, analyzed)
            same, other = same + (not found), other + bool(found)
            for each in found:
                typer.echo(f"{report.id}: {each}")
    finally:
        application.close()
    typer.echo(f"{same} the same, {other} other, {skipped} made by another model, engine, taxonomy or normalizer", err=True)
    if other:
        raise typer.Exit(1)


def _analyzer(settings: Settings, name: str) -> Analyzer:
    return open_analyzer(settings.model_copy(update={"model": str(settings.shelf.folder(name))}))


def _gate(application: App, candidate: Analyzer, corpus: Path | None) -> tuple[str, ...]:
    """Why the candidate is refused; prints what was measured and on what."""
    texts = read_texts("dev", corpus)
    texts += read_decisions(application.stores.reports.iterate(Filters()), 1.0, held_out=True)
    truth = truth_of(texts, application.taxonomy)
    samples = [text.sample for text in texts]
    labels = [judge(each, samples, truth, lambda _: None).assigned for each in (application.analyzer, candidate)]
    verdict = judge_candidate(truth, labels[0], labels[1], [domain.code for domain in application.taxonomy.domains])
    kinds, counts = np.unique([text.kind for text in texts], return_counts=True)
    on = ", ".join(f"{count} {kind}" for kind, count in zip(kinds, counts, strict=True))
    typer.echo(f"frozen split: {on}{'' if corpus else ' (no corpus: data/ alone)'}", err=True)
    typer.echo(f"micro-F1 {verdict.before:.4f} -> {verdict.after:.4f}", err=True)
    return verdict.reasons


def _switch(application: App, analyzer: Analyzer) -> list[LabelChange]:
    total = application.stores.reports.stats().reports
    return prepare(application.stores.reports, analyzer, lambda done: _progress(done, total))


def _progress(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        typer.echo(f"encoded {done}/{total}", err=True)


def _print_changes(changes: list[LabelChange]) -> None:
    typer.echo(f"{len(changes)} stored reports would change label", err=True)
    for change in changes:
        typer.echo(
            f"{change.report_id}\t{'؛'.join(change.before) or '—'}\t{'؛'.join(change.after) or '—'}\t{change.title or ''}"
        )
