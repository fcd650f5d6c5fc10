"""`samanyar similar (--report ID | --ngo ID | --file F)`: neighbours of a report, an NGO or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.errors import InvalidInput
from nlp.pipelines.fields import parse_row
from nlp.settings import load_settings
from nlp.types import Filters, Reject
from service.cli.hits import print_hits, print_ngos

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    report: Annotated[str | None, typer.Option("--report", help="Id of a stored report.")] = None,
    ngo: Annotated[str | None, typer.Option("--ngo", help="Id of an NGO.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file with one report.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many.")] = 10,
    other_provinces: Annotated[
        bool, typer.Option("--other-provinces", help="With --ngo: only NGOs that report from none of its provinces.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The shape of the API.")] = False,
) -> None:
    """Find reports or NGOs like a given one (over HTTP: GET /v1/reports/{id}/similar)."""
    if sum(each is not None for each in (report, ngo, file)) != 1:
        raise InvalidInput("یکی از --report، --ngo یا --file را بدهید.", detail="give exactly one of --report, --ngo, --file")
    application = open_app(load_settings())
    try:
        if ngo is not None:
            print_ngos(application.similar_ngos.similar(ngo, k, other_provinces=other_provinces), as_json=as_json)
        elif report is not None:
            print_hits(application, application.search.similar_reports(report, Filters(), k), as_json=as_json)
        elif file is not None:
            row = next(iter(application.reader.read(file, name=str(file))), None)
            parsed = row if row is None or isinstance(row, Reject) else parse_row(application.parser, row)
            if parsed is None or isinstance(parsed, Reject):
                raise InvalidInput(
                    parsed.message if parsed else "در این فایل گزارشی نیست.", detail=parsed.code if parsed else None
                )
            print_hits(application, application.search.search(parsed.text, Filters(), k), as_json=as_json)
    finally:
        application.close()
