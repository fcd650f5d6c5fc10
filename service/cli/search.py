"""`samanyar search TEXT`: similar initiatives among the stored reports."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.bootstrap import open_app
from nlp.settings import load_settings
from service.cli.hits import make_filters, print_hits

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(  # noqa: PLR0917 - one parameter an option
    text: Annotated[str, typer.Argument(help="A word, a question or a whole text.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many.")] = 10,
    domain: Annotated[str | None, typer.Option("--domain", help="Code of a domain.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Name or ISO code.")] = None,
    group: Annotated[str | None, typer.Option("--group", help="Code of a group of domains.")] = None,
    ngo: Annotated[str | None, typer.Option("--ngo", help="Id of an NGO.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="pending, accepted, corrected or rejected.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Jalali or ISO date.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Jalali or ISO date.")] = None,
    mode: Annotated[str, typer.Option("--mode", help="hybrid, dense (meaning alone) or lexical (words alone).")] = "hybrid",
    as_json: Annotated[bool, typer.Option("--json", help="The shape of the API.")] = False,
) -> None:
    """Find similar initiatives (over HTTP: GET /v1/search)."""
    application = open_app(load_settings())
    try:
        filters = make_filters(
            application, domain=domain, group=group, province=province, ngo=ngo, status=status, since=since, until=until
        )
        print_hits(application, application.search.search(text, filters, k, mode), as_json=as_json)
    finally:
        application.close()
