"""`samanyar evaluate`: measure the model in use on the frozen splits, beside plain methods, and write it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from nlp.bootstrap import open_analyzer, open_app
from nlp.errors import InvalidInput, MissingExtra
from nlp.evaluation import metrics
from nlp.pipelines.analyze import Analyzer
from nlp.ports import Encoder
from nlp.settings import Settings, load_settings
from nlp.shipped import MODELS
from nlp.taxonomy import Taxonomy
from training.corpora import read_texts
from training.evaluate import interval, measure_split, robustness
from training.report import markdown, write_report
from training.texts import LabelledText, truth_of

UNTOUCHED = "samanyar-e5-small"
"""The encoder as it was before any training, which baselines and retrieval are compared with."""
SOURCES = ("domains", "reports", "decisions")
"""What thresholds are chosen on, as in `training/configs/`."""

Say = Callable[[str], None]
app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for report.md, report.json and plots.")] = Path("evaluation"),
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of the labelled corpora.")] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="Train and measure plain methods in the same run.")] = False,
    suite: Annotated[bool, typer.Option("--robustness", help="Damage the texts in eleven ways and measure again.")] = False,
    retrieval: Annotated[bool, typer.Option("--retrieval", help="Measure search too, beside the untouched encoder.")] = False,
    summaries: Annotated[bool, typer.Option("--summaries", help="Measure summaries beside plain ways, and facts.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All four; an hour on two cores.")] = False,
) -> None:
    """Measure the model in use on texts that trained nothing; without a corpus on data/ alone, and the report says so."""
    settings = load_settings()
    corpus = corpus or settings.corpus
    baselines, suite, summaries = baselines or everything, suite or everything, summaries or everything
    retrieval = retrieval or (everything and corpus is not None)
    if retrieval and corpus is None:
        raise InvalidInput("برای سنجش جست‌وجو پوشهٔ پیکره لازم است: --corpus", detail="--retrieval needs --corpus")
    _make(out)
    flags = {
        "--corpus CORPUS": corpus,
        "--baselines": baselines,
        "--robustness": suite,
        "--retrieval": retrieval,
        "--summaries": summaries,
    }
    application = open_app(settings)
    try:
        analyzer, taxonomy = application.analyzer, application.taxonomy
        splits = _splits(read_texts("dev", corpus))
        spec = analyzer.encoder.spec
        found: dict[str, Any] = {
            "model": spec.name,
            "model_sha256": spec.sha256,
            "engine": spec.engine,
            "command": " ".join(["samanyar evaluate", *(flag for flag, given in flags.items() if given)]),
            "at": datetime.now(UTC).date().isoformat(),
            "corpus": corpus is not None,
            "splits": {},
        }
        judged = {}
        for name, some in splits.items():
            _say(name)
            judged[name], found["splits"][name] = measure_split(analyzer, some, taxonomy, _say)
        write_report(out, found)
        if retrieval and corpus is not None:
            found["retrieval"] = _retrieval(analyzer.encoder, corpus, settings)
            found["search"] = _search(analyzer, corpus)
            write_report(out, found)
        if summaries:
            found |= _summaries(analyzer, splits, corpus, settings)
            write_report(out, found)
        if suite:
            found["robustness"] = {
                name: robustness(analyzer, some, judged[name], application.provinces, _say) for name, some in splits.items()
            }
            write_report(out, found)
        if baselines:
            found["baselines"] = _baselines(splits, read_texts("train", corpus), taxonomy)
    finally:
        application.close()
    for path in write_report(out, found):
        _say(f"wrote {path}")
    typer.echo(markdown(found))


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"پوشهٔ {out} ساخته نشد.", detail=f"{out} is no folder and cannot be made") from error


def _splits(texts: Sequence[LabelledText]) -> dict[str, list[LabelledText]]:
    found = {name: [text for text in texts if text.kind == kind] for name, kind in _KINDS.items()}
    return {name: some for name, some in found.items() if some}


_KINDS = {"real texts": "news", "reports": "report"}


def _retrieval(encoder: Encoder, corpus: Path, settings: Settings) -> dict[str, Any]:
    from training.retrieval import measure_retrieval

    untouched = open_analyzer(settings.model_copy(update={"model": str(MODELS / UNTOUCHED)})).encoder
    return {each.spec.name: measure_retrieval(each, corpus, _say) for each in (encoder, untouched)}


def _search(analyzer: Analyzer, corpus: Path) -> dict[str, Any]:
    from training.retrieval import measure_search

    return measure_search(analyzer, corpus, _say)


def _summaries(
    analyzer: Analyzer, splits: Mapping[str, Sequence[LabelledText]], corpus: Path | None, settings: Settings
) -> dict[str, Any]:
    try:
        from training.summaries import measure_leads, measure_sentences, plain_methods
    except ModuleNotFoundError as error:
        message = "برای سنجش خلاصه‌ها: pip install samanyar[train]"
        raise MissingExtra(message, f"{error.name} is missing: samanyar[train]") from error
    from training.facts import measure_facts, measure_plans

    _say("facts")
    found: dict[str, Any] = {"facts": measure_facts(analyzer), "plans": measure_plans(analyzer)}
    plain = plain_methods(open_analyzer(settings.model_copy(update={"model": str(MODELS / UNTOUCHED)})))
    found["summaries"] = {name: measure_sentences(analyzer, plain, texts, _say) for name, texts in splits.items()}
    if corpus is not None:
        found["leads"] = measure_leads(analyzer, plain, corpus, _say)
    return found


def _baselines(
    splits: Mapping[str, Sequence[LabelledText]], train: Sequence[LabelledText], taxonomy: Taxonomy
) -> dict[str, Any]:
    try:
        from training.baselines import compare
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "برای سنجهٔ پایه: pip install samanyar[train]", f"{error.name} is missing: samanyar[train]"
        ) from error
    tests = [text for texts in splits.values() for text in texts]
    labels = compare(train, tests, truth_of(train, taxonomy), MODELS / UNTOUCHED, taxonomy, SOURCES, _say)
    found: dict[str, Any] = {}
    for method, assigned in labels.items():
        at = 0
        for name, texts in splits.items():
            truth, own = truth_of(texts, taxonomy), assigned[at : at + len(texts)]
            at += len(texts)
            found.setdefault(method, {})[name] = {
                "micro_f1": interval(metrics.bootstrap(metrics.f1, truth, own)),
                "macro_f1": metrics.macro_f1(truth, own),
            }
    return found
