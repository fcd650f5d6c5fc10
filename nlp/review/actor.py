"""Who acts now. Each version of a report and each line of the audit log names them.

A context variable: whoever lets somebody in (the HTTP guard, a command, a job) knows who it is, the store that writes it down
is many calls away, and none of the calls between has a use for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pwd import getpwuid

SYSTEM = "system"
_ACTOR: ContextVar[str] = ContextVar("actor", default=SYSTEM)


def actor() -> str:
    """`user:LOGIN`, `key:ID`, `ip:ADDRESS` without authentication, `cli:LOGIN` of the operating system, or `system`."""
    return _ACTOR.get()


def operator() -> str:
    """Who runs this process: `cli:LOGIN`, or their number where the system knows no name."""
    try:
        return f"cli:{getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"cli:{os.getuid()}"


@contextmanager
def acting(name: str) -> Iterator[None]:
    """What is done in the block is done by them."""
    token = _ACTOR.set(name)
    try:
        yield
    finally:
        _ACTOR.reset(token)
