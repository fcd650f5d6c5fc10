"""`samanyar import INPUT…`: analyse, store and index files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from nlp.adapters.writers import write_rejects
from nlp.bootstrap import open_app
from nlp.pipelines.fields import parse_row
from nlp.settings import load_settings
from nlp.types import Reject, Submission
from service.cli.inputs import INPUT_HELP, MAP_HELP, parse_map, read_rows, show_progress

app = typer.Typer(rich_markup_mode=None, add_completion=False)
BATCH = 16


@app.command()
def run(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT…", help=INPUT_HELP)],
    columns: Annotated[list[str] | None, typer.Option("--map", help=MAP_HELP)] = None,
    rejects: Annotated[Path, typer.Option("--rejects", help="Where rejected rows go.")] = Path("import.rejected.jsonl"),
) -> None:
    """Analyse, store and index files. A row with an id that is stored with the same text changes nothing."""
    application = open_app(load_settings())
    counts: Counter[str] = Counter()
    rejected: list[Reject] = []
    try:
        batch: list[Submission] = []

        def flush() -> None:
            counts.update(put.outcome for put in application.ingest.submit_many(batch))
            batch.clear()

        with show_progress("import") as progress:
            for row in read_rows(application.reader, inputs, parse_map(columns or [])):
                parsed = row if isinstance(row, Reject) else parse_row(application.parser, row)
                if isinstance(parsed, Reject):
                    rejected.append(parsed)
                else:
                    batch.append(parsed)
                if len(batch) == BATCH:
                    flush()
                progress(sum(counts.values()), len(rejected))
            flush()
    finally:
        application.close()
    typer.echo(
        f"{counts['created']} تازه، {counts['updated']} به‌روزشده، {counts['unchanged']} بی‌تغییر، {len(rejected)} ردشده",
        err=True,
    )
    if rejected:
        write_rejects(rejected, rejects)
        typer.echo(f"ردشده‌ها با دلیل در {rejects}", err=True)
    if not counts.total():
        raise typer.Exit(2)
    if rejected:
        raise typer.Exit(3)
