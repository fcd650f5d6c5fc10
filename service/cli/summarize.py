"""`samanyar summarize`: one summary over many stored reports, each sentence citing its report."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.bootstrap import App, open_app
from nlp.errors import InvalidInput
from nlp.pipelines.overview import DEFAULT_OVERVIEW, Overview
from nlp.settings import load_settings
from nlp.text.digits import to_persian_digits
from nlp.types import SummaryOptions
from nlp.wire import to_json
from service.cli.hits import make_filters

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    ngo: Annotated[str | None, typer.Option("--ngo", help="Id of an NGO: its reports.")] = None,
    year: Annotated[int | None, typer.Option("--year", min=1300, max=1500, help="With --ngo: of a Jalali year.")] = None,
    search: Annotated[str | None, typer.Option("--search", help="A word or question: the reports that it finds.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Of the search, how many reports.")] = 10,
    domain: Annotated[str | None, typer.Option("--domain", help="Of the search: code of a domain.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Of the search: name or ISO code.")] = None,
    sentences: Annotated[int, typer.Option("--sentences", min=1, max=40, help="At the most.")] = DEFAULT_OVERVIEW.sentences,
    words: Annotated[int, typer.Option("--words", min=10, max=2000, help="At the most.")] = DEFAULT_OVERVIEW.words,
    as_json: Annotated[bool, typer.Option("--json", help="The shape of the API.")] = False,
) -> None:
    """Summarize an NGO's reports or what a search finds (over HTTP: GET /v1/ngos/ID/summary, GET /v1/search/summary)."""
    if (ngo is None) == (search is None):
        raise InvalidInput("یکی از --ngo و --search را بدهید.", detail="give exactly one of --ngo and --search")
    if year is not None and ngo is None:
        raise InvalidInput("--year با --ngo می‌آید.", detail="--year goes with --ngo")
    application = open_app(load_settings())
    try:
        options = SummaryOptions(sentences, words)
        if ngo is not None:
            made = application.overviews.of_ngo(ngo, year, options)
        else:
            filters = make_filters(application, domain=domain, province=province)
            made = application.overviews.of_search(search or "", filters, k, options=options)
        _print(application, made, as_json=as_json)
    finally:
        application.close()


def _print(application: App, made: Overview, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(to_json(made), ensure_ascii=False, indent=1))
        return
    if not made.sentences:
        typer.echo("گزارشی برای خلاصه پیدا نشد.", err=True)
        return
    typer.echo(made.text)
    for number, report in enumerate(made.reports, start=1):
        where = application.provinces.name(report.province) if report.province else "—"
        ngo = report.ngo.name if report.ngo else "—"
        typer.echo(f"[{to_persian_digits(str(number))}] {report.title or '(بی‌عنوان)'} — {ngo} — {where}  {report.id}")
