"""`samanyar export -o OUT`: stored reports to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.adapters.writers import open_writer
from nlp.bootstrap import open_app
from nlp.settings import load_settings
from nlp.wire import given_filters
from service.cli.hits import make_filters

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="Result file: .jsonl .csv .parquet .xlsx")],
    domain: Annotated[str | None, typer.Option("--domain", help="Code of a domain.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Name or ISO code.")] = None,
    ngo: Annotated[str | None, typer.Option("--ngo", help="Id of an NGO.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Jalali or ISO date.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Jalali or ISO date.")] = None,
) -> None:
    """Write stored reports, oldest first, in the same columns as `score`."""
    writer = open_writer(out)
    application = open_app(load_settings())
    try:
        filters = make_filters(application, domain=domain, province=province, ngo=ngo, since=since, until=until)
        count = writer.write(application.stores.reports.iterate(filters), out)
        said = {"format": out.suffix[1:].lower(), "reports": count, "filters": given_filters(filters)}
        application.stores.audit.record("export", "reports", said)
    finally:
        application.close()
    typer.echo(f"{count} گزارش در {out}", err=True)
