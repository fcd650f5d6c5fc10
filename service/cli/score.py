"""`samanyar score INPUT… -o OUT`: analyse files in batch; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.adapters.executors import LocalConfig, open_executor
from nlp.adapters.writers import open_writer, rejects_path, write_rejects
from nlp.bootstrap import batch_recipe, open_app
from nlp.errors import InvalidInput
from nlp.pipelines.duplicates import mark_copies
from nlp.pipelines.fields import select_parts
from nlp.pipelines.score import Journal, check_resumable, score
from nlp.settings import load_settings
from nlp.types import SummaryOptions
from service.cli.inputs import INPUT_HELP, MAP_HELP, parse_map, read_rows, show_progress

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT…", help=INPUT_HELP)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Result file: .jsonl .csv .parquet .xlsx")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes; one already uses every core.")] = 1,
    parts: Annotated[str, typer.Option("--parts", help="What to compute.")] = "domains,summary,facts",
    sentences: Annotated[int, typer.Option("--summary-sentences", min=1, max=20, help="Sentences of a summary at most.")] = 4,
    words: Annotated[int, typer.Option("--summary-words", min=10, max=1000, help="Words of a summary at the most.")] = 120,
    focus: Annotated[str | None, typer.Option("--focus", help="Code of the domain that summaries are to be about.")] = None,
    abstractive: Annotated[bool, typer.Option("--abstractive", help="Summaries by the model that is set up for it.")] = False,
    columns: Annotated[list[str] | None, typer.Option("--map", help=MAP_HELP)] = None,
) -> None:
    """Analyse files: one row a report in OUT; what cannot be read is in OUT's .rejected.jsonl with its reason."""
    settings = load_settings()
    writer = open_writer(out)
    chosen = select_parts(parts)
    options = SummaryOptions(sentences, words, focus, abstractive)
    mapping = parse_map(columns or [])
    if not out.parent.is_dir():
        raise InvalidInput(f"پوشهٔ {out.parent} نیست.", detail="the folder of OUT does not exist")
    journal = Journal(out.with_name(f"{out.name}.journal"))
    check_resumable(journal, resume=resume)
    application = open_app(settings)
    try:
        analyzer = application.analyzer
        analyzer.check(options)
        header = {
            "inputs": inputs,
            "map": mapping,
            "summary": vars_of(options),
            "provenance": {**vars_of(analyzer.provenance(chosen)), "at": None},
        }
        recipe = (lambda: analyzer) if workers == 1 else batch_recipe(settings, workers)
        with show_progress("score") as progress:
            result = score(
                read_rows(application.reader, inputs, mapping),
                journal,
                header,
                open_executor(LocalConfig(workers=workers)),
                recipe,
                application.parser,
                chosen,
                options,
                resume=resume,
                progress=progress,
            )
        writer.write(mark_copies(journal.reports()), out)
        rejected = rejects_path(out)
        if result.rejected:
            write_rejects(journal.rejects(), rejected)
        else:
            rejected.unlink(missing_ok=True)
        journal.path.unlink()
    finally:
        application.close()
    typer.echo(
        f"{result.scored} گزارش در {out}" + (f"، {result.rejected} ردشده در {rejected}" if result.rejected else ""), err=True
    )
    if not result.scored:
        raise typer.Exit(2)
    if result.rejected:
        raise typer.Exit(3)


def vars_of(value: object) -> dict[str, object]:
    """Fields of a frozen dataclass as plain JSON values."""
    from nlp.wire import to_json

    return dict(to_json(value))
