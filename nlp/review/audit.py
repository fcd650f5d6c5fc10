"""The audit log: who did what to which thing and when, never a text; each entry's hash covers the one before.

Change or take out an entry, and every hash after it is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from nlp.wire import to_json

Action = Literal[
    "report.create", "report.change", "report.review", "report.delete", "report.read", "queue.claim", "queue.release",
    "duplicate.judge", "ngo.merge", "ngo.read", "user.create", "user.change", "key.create", "key.revoke", "login.ok",
    "login.failed", "login.end", "model.promote", "model.rollback", "export", "taxonomy.migrate", "backup", "restore",
]  # fmt: skip
GENESIS = "0" * 64
"""What stands for the hash before the first entry."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`seq` counts from 1 without a gap; `object` names what it was done to, such as `report:ID`; `detail` holds codes, ids and
    counts."""

    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: Mapping[str, Any]
    hash: str


def entry_hash(previous: str, seq: int, at: datetime, actor: str, action: str, about: str, detail: Mapping[str, Any]) -> str:
    """SHA-256 of the hash before and the entry as canonical JSON, hexadecimal."""
    entry = {"seq": seq, "at": to_json(at), "actor": actor, "action": action, "object": about, "detail": to_json(detail)}
    canonical = json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


def first_broken(entries: Iterable[AuditEntry], last: int) -> int | None:
    """The `seq` of the first entry that is not what was written, or is missing. entries: all, ascending; last: how many were
    ever written, as far as is known."""
    previous, expected = GENESIS, 1
    for each in entries:
        right = entry_hash(previous, expected, each.at, each.actor, each.action, each.object, each.detail)
        if each.seq != expected or each.hash != right:
            return expected
        previous, expected = each.hash, expected + 1
    return expected if expected <= last else None
