"""Who may do what: the scopes of keys and of people's roles, in one table."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.types import Role

SCOPES = ("read", "submit", "review", "export", "admin")
ROLES: Mapping[Role, frozenset[str]] = {
    "submitter": frozenset({"read", "submit"}),
    "reviewer": frozenset({"read", "submit", "review"}),
    "analyst": frozenset({"read", "export"}),
    "admin": frozenset(SCOPES),
}
"""A submitter is bound to one NGO besides, and sees only what is its own."""


def allows(scopes: frozenset[str], scope: str) -> bool:
    """`admin` may everything."""
    return scope in scopes or "admin" in scopes
