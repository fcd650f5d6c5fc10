"""`samanyar coverage`: domain × province, who works where and where nobody does."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.pipelines.coverage import coverage
from nlp.settings import load_settings
from nlp.wire import to_json

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(*, as_json: Annotated[bool, typer.Option("--json", help="The shape of the API.")] = False) -> None:
    """Print the domain × province matrix; zeros show where nobody works."""
    application = open_app(load_settings())
    try:
        matrix = coverage(application.stores.reports, application.taxonomy, application.provinces)
        if as_json:
            typer.echo(json.dumps(to_json(matrix), ensure_ascii=False))
            return
        counts = {(cell.domain, cell.province): cell for cell in matrix.cells}
        for domain in application.taxonomy.domains:
            here = [counts[domain.code, code] for code in matrix.provinces]
            busy = [f"{application.provinces.name(cell.province)} {cell.reports}" for cell in here if cell.reports]
            typer.echo(f"{domain.fa}: {'، '.join(busy) or '—'} (بی‌گزارش: {sum(not cell.reports for cell in here)} استان)")
    finally:
        application.close()
