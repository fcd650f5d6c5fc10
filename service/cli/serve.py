"""`samanyar serve`: the API and the web page."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Annotated

import typer

from nlp.errors import ConfigurationError
from nlp.settings import Settings, load_settings

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    host: Annotated[str, typer.Option("--host", help="Another than the loopback needs SAMANYAR_AUTH=on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="Serving processes.")] = 1,
) -> None:
    """Serve the API and the web page on http://HOST:PORT/."""
    check_host(load_settings(), host)
    import uvicorn

    typer.echo(f"سمن‌یار روی http://{host}:{port}/ (پایان: Ctrl+C)", err=True)
    os.umask(0o077)
    uvicorn.run(
        "service.api.app:create_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=15,
    )


def check_host(settings: Settings, host: str) -> None:
    """:raises ConfigurationError: other machines could reach a server that asks for no key."""
    try:
        loopback = host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = False
    if not loopback and not settings.auth:
        raise ConfigurationError(
            f"بدون SAMANYAR_AUTH=on فقط روی 127.0.0.1 می‌توان سرویس داد، نه روی {host}.",
            "serving on another host than the loopback needs SAMANYAR_AUTH=on and an API key (samanyar keys create)",
        )
