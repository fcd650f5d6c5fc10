"""`samanyar evaluate`: measure the model in use on the frozen splits, beside plain methods, and write it down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nlp.bootstrap import open_app
from nlp.errors import MissingExtra
from nlp.evaluation import metrics
from nlp.settings import load_settings
from training.evaluate import interval, measure_split, robustness
from training.report import markdown, write_report
from training.texts import read_texts, truth_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for report.md, report.json and plots.")] = Path("evaluation"),
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="Train and measure plain methods in the same run.")] = False,
    suite: Annotated[bool, typer.Option("--robustness", help="Damage the texts in eleven ways and measure again.")] = False,
) -> None:
    """Measure the model in use on texts that trained nothing; without a corpus on data/ alone, and the report says so."""
    settings = load_settings()
    corpus = corpus or settings.corpus
    application = open_app(settings)
    say: Any = lambda line: typer.echo(line, err=True)  # noqa: E731
    try:
        analyzer, taxonomy = application.analyzer, application.taxonomy
        texts = read_texts("dev", corpus)
        splits = {
            name: [text for text in texts if text.kind == kind]
            for name, kind in (("real texts", "news"), ("reports", "report"))
        }
        splits = {name: each for name, each in splits.items() if each}
        spec = analyzer.encoder.spec
        found: dict[str, Any] = {
            "model": spec.name,
            "model_sha256": spec.sha256,
            "engine": spec.engine,
            "command": f"samanyar evaluate{' --corpus' if corpus else ''}{' --baselines' * baselines}{' --robustness' * suite}",
            "at": datetime.now(UTC).date().isoformat(),
            "corpus": bool(corpus),
            "splits": {},
            "robustness": {},
        }
        for name, some in splits.items():
            say(name)
            judged, found["splits"][name] = measure_split(analyzer, some, taxonomy, say)
            if suite:
                found["robustness"][name] = robustness(analyzer, some, judged, application.provinces, say)
        if baselines:
            found["baselines"] = _baselines(splits, read_texts("train", corpus), application, say)
    finally:
        application.close()
    for path in write_report(out, found):
        say(f"wrote {path}")
    typer.echo(markdown(found))


def _baselines(splits: dict[str, Any], train: list[Any], application: Any, say: Any) -> dict[str, Any]:
    try:
        from training.baselines import compare
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "برای سنجهٔ پایه: pip install samanyar[train]", f"{error.name} is missing: samanyar[train]"
        ) from error
    tests = [text for texts in splits.values() for text in texts]
    labels = compare(train, tests, truth_of(train, application.taxonomy), application.encoder, say)
    found: dict[str, Any] = {}
    for method, assigned in labels.items():
        at = 0
        for name, texts in splits.items():
            truth, own = truth_of(texts, application.taxonomy), assigned[at : at + len(texts)]
            at += len(texts)
            found.setdefault(method, {})[name] = {
                "micro_f1": interval(metrics.bootstrap(metrics.f1, truth, own)),
                "macro_f1": metrics.macro_f1(truth, own),
            }
    return found
