"""`samanyar models list | promote | rollback | replay`: which model is in use, and how another one comes into use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from nlp.bootstrap import App, open_analyzer, open_app
from nlp.errors import ConfigurationError, ModelRefused
from nlp.evaluation.gate import Verdict, judge_candidate
from nlp.pipelines.analyze import Analyzer
from nlp.pipelines.promote import LabelChange, differences, fill, forget_others, label_change, prepare, reread
from nlp.settings import Settings, load_settings
from nlp.types import Filters, Report
from training.corpora import read_texts
from training.decisions import read_decisions
from training.evaluate import judge
from training.texts import truth_of

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="Models and which one is in use.")


@app.command("list")
def list_models() -> None:
    """Every model that is shipped or was trained here; * marks the one in use."""
    settings = load_settings()
    used = Path(settings.model_folder()).name
    for model in settings.shelf.models():
        mark = "*" if model.name == used else " "
        typer.echo(f"{mark} {model.name}  {(model.sha256 or '')[:12]}  {model.problem or model.folder}")


@app.command()
def promote(
    name: Annotated[str, typer.Argument(help="As `models list` names it.")],
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only measure, and print what would change.")] = False,
) -> None:
    """Measure a model on the frozen split against the one in use; if it is better, encode the store for it and use it."""
    settings = _changeable()
    with settings.shelf.lock():
        application = open_app(settings)
        try:
            candidate = _analyzer(settings, name)
            verdict = _gate(application, candidate, corpus or settings.corpus)
            store = application.stores.reports
            if dry_run:
                _print_changes([change for report, read in reread(store, candidate) if (change := label_change(report, read))])
            if verdict.reasons:
                persian, english = ("؛ ".join(each[n] for each in verdict.reasons) for n in (0, 1))
                raise ModelRefused(f"مدل «{name}» به کار گرفته نشد: {persian}", english)
            if dry_run:
                return
            total = store.stats().reports
            _print_changes(prepare(store, candidate, lambda done: _progress(done, total)))
            settings.shelf.promote(name)
            application.stores.audit.record("model.promote", f"model:{name}")
            forget_others(store, frozenset({candidate.encoder.spec.sha256, application.encoder.spec.sha256}))
            typer.echo(f"{name} is in use; restart `samanyar serve`.", err=True)
        finally:
            application.close()


@app.command()
def rollback() -> None:
    """Put the model before this one in use again; only reports that came since are encoded for it."""
    settings = _changeable()
    with settings.shelf.lock():
        application = open_app(settings)
        try:
            store, previous = application.stores.reports, _analyzer(settings, settings.shelf.previous)
            total = len(store.without_vectors(previous.encoder.spec.sha256, store.stats().reports))
            fill(store, previous, lambda done: _progress(done, total))
            name = settings.shelf.rollback()
            application.stores.audit.record("model.rollback", f"model:{name}")
            typer.echo(f"{name} is in use; restart `samanyar serve`.", err=True)
        finally:
            application.close()


@app.command()
def replay() -> None:
    """Analyse every stored report again with the model that analysed it, and compare; exit 1 where the answer is another."""
    settings = load_settings()
    application = open_app(settings)
    same = other = 0
    try:
        store = application.stores.reports
        total = store.stats().reports
        made = {report.analysis.provenance.model_sha256 for report in store.iterate(Filters()) if report.analysis}
        for model in settings.shelf.models():
            if model.sha256 not in made:
                continue
            analyzer = _analyzer(settings, model.name)
            made.discard(model.sha256)
            for report, analyzed in reread(store, analyzer, lambda report, by=analyzer: _made_by(by, report)):  # type: ignore[misc]
                found = differences(report, analyzed)
                same, other = same + (not found), other + bool(found)
                for each in found:
                    typer.echo(f"{report.id}: {each}")
    finally:
        application.close()
    typer.echo(
        f"{same} the same, {other} other, {total - same - other} by a model, engine, taxonomy or normalizer of old", err=True
    )
    if other:
        raise typer.Exit(1)


def _made_by(analyzer: Analyzer, report: Report) -> bool:
    """Whether an analysis made now would name the same origin."""
    if report.analysis is None:
        return False
    old, now = report.analysis.provenance, analyzer.provenance()
    names = ("model_sha256", "engine", "taxonomy", "normalizer", "thresholds")
    return all(getattr(old, name) == getattr(now, name) for name in names)


def _changeable() -> Settings:
    settings = load_settings()
    if settings.model is not None:
        raise ConfigurationError(
            "SAMANYAR_MODEL مدل را نگه داشته است؛ نخست آن را از تنظیم‌ها بردارید.",
            "SAMANYAR_MODEL is set and would win over this",
        )
    return settings


def _analyzer(settings: Settings, name: str) -> Analyzer:
    return open_analyzer(settings.model_copy(update={"model": str(settings.shelf.folder(name))}))


def _gate(application: App, candidate: Analyzer, corpus: Path | None) -> Verdict:
    """Prints what was measured and on what. Where the corpora are absent, reviewers' decisions stand in for them."""
    texts = read_texts("dev", corpus)
    if corpus is None:
        texts += read_decisions(application.stores.reports.iterate(Filters()), 1.0, held_out=True)
    truth = truth_of(texts, application.taxonomy)
    samples = [text.sample for text in texts]
    labels = [judge(each, samples, truth, lambda _: None)[0].assigned for each in (application.analyzer, candidate)]
    verdict = judge_candidate(truth, labels[0], labels[1], [domain.code for domain in application.taxonomy.domains])
    kinds, counts = np.unique([text.kind for text in texts], return_counts=True)
    on = ", ".join(f"{count} {kind}" for kind, count in zip(kinds, counts, strict=True))
    typer.echo(f"frozen split: {on}{'' if corpus else ' (no corpus: data/ and decisions)'}", err=True)
    typer.echo(f"micro-F1 {verdict.before:.4f} -> {verdict.after:.4f}", err=True)
    return verdict


def _progress(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        typer.echo(f"encoded {done}/{total}", err=True)


def _print_changes(changes: list[LabelChange]) -> None:
    typer.echo(f"{len(changes)} stored reports would change label", err=True)
    for change in changes:
        typer.echo(
            f"{change.report_id}\t{'؛'.join(change.before) or '—'}\t{'؛'.join(change.after) or '—'}\t{change.title or ''}"
        )
