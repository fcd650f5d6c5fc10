"""`samanyar`: one file a command, each imported only when it is called, so that `--help` answers at once."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

# Name -> (module, one line of help). The module has `app`, a Typer with that one command or with subcommands.
COMMANDS = {
    "score": ("service.cli.score", "Analyse files: one row a report in OUT."),
    "import": ("service.cli.import_", "Analyse, store and index files."),
    "search": ("service.cli.search", "Find similar initiatives."),
    "similar": ("service.cli.similar", "Find reports or NGOs like a given one."),
    "summarize": ("service.cli.summarize", "Summarize an NGO's reports or what a search finds."),
    "duplicates": ("service.cli.duplicates", "Find reports that were sent before."),
    "serve": ("service.cli.serve", "Serve the API and the web page."),
    "index": ("service.cli.index", "Rebuild, verify or describe the search index."),
    "export": ("service.cli.export", "Write stored reports to a file."),
    "coverage": ("service.cli.coverage", "Who works where: the domain × province matrix."),
    "train": ("service.cli.train", "Train a model from labelled texts and decisions."),
    "evaluate": ("service.cli.evaluate", "Measure the model on texts that trained nothing."),
    "models": ("service.cli.models", "Models: list, promote, roll back, replay."),
    "ngos": ("service.cli.ngos", "NGOs: list them, join two that are one."),
    "keys": ("service.cli.keys", "API keys: create, list, revoke."),
    "users": ("service.cli.users", "People who log in: add, list, disable, enable, passwd, role."),
    "audit": ("service.cli.audit", "The audit log: verify, list."),
    "taxonomy": ("service.cli.taxonomy", "Check a taxonomy file; bring stored codes to it."),
    "backup": ("service.cli.backup", "Database and models in one file."),
    "restore": ("service.cli.restore", "A backup back into an empty home."),
    "doctor": ("service.cli.doctor", "Check this installation."),
}


class LazyGroup(TyperGroup):
    """Knows the commands' names and help without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature of Typer
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the signature of Typer
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = typer.main.get_command(import_module(module).app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the signature of Typer
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, add_completion=False, no_args_is_help=True)


@app.callback()
def samanyar() -> None:
    """Samanyar (سمن‌یار) reads the achievement reports that NGOs send in Persian.

    Each command's twin over HTTP is in /docs of `samanyar serve`.
    Exit: 0 all done, 3 done but some rejected, 2 wrong usage or nothing readable, 1 failure, 130 interrupted."""


def main() -> None:
    """Run the command line; known errors become one clear line on standard error."""
    from nlp.errors import ConfigurationError, InvalidInput, JournalMismatch, NotFound, SamanyarError
    from nlp.review.actor import acting, operator

    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        with acting(operator()):
            app()
    except SamanyarError as error:
        typer.echo(f"خطا: {error.message}", err=True)
        if error.detail and error.detail != error.message:
            typer.echo(f"  ({error.code}: {error.detail})", err=True)
        usage = (InvalidInput, ConfigurationError, JournalMismatch, NotFound)
        raise SystemExit(2 if isinstance(error, usage) else 1) from error


if __name__ == "__main__":
    main()
