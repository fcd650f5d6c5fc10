"""Templates and what every page has: who reads it, where they may go, how values are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.web import filters, words

HERE = Path(__file__).parent
STATIC = HERE / "static"  # the application mounts it at /static


@dataclass(frozen=True, slots=True)
class Room:
    """A page of the menu: the scope that it needs; `unbound`: it is not for an NGO."""

    path: str
    name: str
    scope: str
    unbound: bool = True


ROOMS = (
    Room("/queue", "صف بررسی", "review"),
    Room("/reports", "گزارش‌ها", "read", unbound=False),
    Room("/ngos", "سمن‌ها", "read", unbound=False),
    Room("/coverage", "پوشش", "read", unbound=False),
    Room("/quality", "کیفیت", "read"),
    Room("/learning", "یادگیری", "read"),
    Room("/submit", "ثبت گزارش", "submit", unbound=False),
    Room("/users", "کاربران", "admin"),
    Room("/keys", "کلیدها", "admin"),
    Room("/audit", "رویدادنامه", "admin"),
)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The pages' templates, compiled once. Everything that is put into them is escaped, and what is missing is an error."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters.ALL
    environment.globals["words"] = words
    return environment


def compile_templates() -> None:
    """Compile every template now, so that the first visitor does not wait."""
    for name in templates().list_templates():
        templates().get_template(name)


def rooms(caller: Any) -> tuple[Room, ...]:
    """The pages that a caller (`service.api.security.Caller`, or None) may open."""
    if caller is None:
        return ()
    return tuple(room for room in ROOMS if caller.may(room.scope) and not (room.unbound and caller.ngo is not None))


def frame(caller: Any, path: str) -> dict[str, Any]:
    """What `base.html` needs. path: of the page."""
    session = caller.session if caller is not None else None
    here = "/" + path.removeprefix("/").partition("/")[0]
    return {
        "rooms": rooms(caller),
        "here": here,
        "caller": caller,
        "user": session and session.user,
        "csrf": session and session.csrf,
    }


def problem_page(problem: Mapping[str, Any], caller: Any) -> str:
    """A problem (RFC 9457) as a page."""
    return templates().get_template("problem.html").render(problem=problem, **frame(caller, problem["instance"]))
