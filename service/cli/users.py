"""`samanyar users add | list | disable | enable | passwd | role`: people who log in."""

from __future__ import annotations

import sys
from typing import Annotated, cast, get_args

import typer

from nlp.bootstrap import open_app
from nlp.errors import InvalidInput
from nlp.settings import load_settings
from nlp.types import Role, User

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, help="People who log in.")
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Their login; case does not matter.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
RoleOption = Annotated[str, typer.Option("--role", help=f"Of: {' '.join(get_args(Role))}.")]
NgoOption = Annotated[str | None, typer.Option("--ngo", help="Id of the NGO that a submitter is bound to.")]


@app.command()
def add(
    login: Login,
    role: RoleOption,
    ngo: NgoOption = None,
    name: Annotated[str | None, typer.Option("--name", help="As people know them.")] = None,
    password_stdin: FromStdin = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Let in by the identity provider only.")] = False,
) -> None:
    """Let somebody in; the password has at least 10 characters."""
    if no_password and password_stdin:
        raise InvalidInput("یا --no-password، یا --password-stdin.", detail="--no-password excludes --password-stdin")
    wanted, password = _role(role), None if no_password else _password(from_stdin=password_stdin)
    application = open_app(load_settings())
    try:
        _print(application.stores.people.add(login, wanted, password, name=name, ngo=ngo))
    finally:
        application.close()


@app.command("list")
def list_users() -> None:
    """Everybody, by login."""
    application = open_app(load_settings())
    try:
        for each in application.stores.people.all():
            _print(each)
    finally:
        application.close()


@app.command()
def disable(login: Login) -> None:
    """Shut somebody out; their sessions end at once."""
    _change(login, active=False)


@app.command()
def enable(login: Login) -> None:
    """Let somebody in again."""
    _change(login, active=True)


@app.command()
def passwd(login: Login, password_stdin: FromStdin = False) -> None:
    """Give somebody another password; their sessions end at once."""
    _change(login, password=_password(from_stdin=password_stdin))


@app.command("role")
def change_role(
    login: Login, role: Annotated[str, typer.Argument(help=f"Of: {' '.join(get_args(Role))}.")], ngo: NgoOption = None
) -> None:
    """Give somebody another role."""
    _change(login, role=_role(role), ngo=ngo)


def _change(
    login: str, *, role: Role | None = None, ngo: str | None = None, active: bool | None = None, password: str | None = None
) -> None:  # fmt: skip
    application = open_app(load_settings())
    try:
        _print(application.stores.people.change(login, role=role, ngo=ngo, active=active, password=password))
    finally:
        application.close()


def _role(role: str) -> Role:
    if role not in get_args(Role):
        raise InvalidInput(f"نقش‌های شدنی: {'، '.join(get_args(Role))}.", detail=f"no role {role!r}")
    return cast(Role, role)


def _password(*, from_stdin: bool) -> str:
    """Asked twice on a terminal."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput("گذرواژه را در پایانه بنویسید، یا --password-stdin را بدهید.", detail="no terminal to ask on")
    found: str = typer.prompt("گذرواژه", hide_input=True, confirmation_prompt=True, err=True)
    return found


def _print(user: User) -> None:
    state = "active" if user.active else "disabled"
    typer.echo("\t".join((user.login, user.role, user.ngo or "", state, user.name or "")))
