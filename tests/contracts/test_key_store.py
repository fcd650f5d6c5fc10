"""What KeyStore and IdempotencyStore promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nlp.adapters.stores import Stores
from nlp.errors import NotFound
from nlp.ports import Replay
from nlp.types import NgoRef


def test_a_secret_opens_its_key_and_no_other(stores: Stores) -> None:
    ngo = stores.reports.resolve_ngo(NgoRef("الف"))
    key, secret = stores.keys.create("دبیرخانه", frozenset({"read", "submit"}), ngo.id)
    _, other = stores.keys.create("دیگری", frozenset({"admin"}))
    assert stores.keys.authenticate(secret) == key
    assert (key.name, key.scopes, key.ngo, key.revoked_at) == ("دبیرخانه", {"read", "submit"}, ngo.id, None)
    assert secret.startswith("sy_")
    assert len(secret) == 3 + 43
    assert secret != other
    for wrong in ("", secret[:-1], secret + "x", "sy_", "\ud800", key.id):
        assert stores.keys.authenticate(wrong) is None


def test_only_the_digest_of_a_secret_is_kept(stores: Stores, tmp_path: Path) -> None:
    _, secret = stores.keys.create("k", frozenset())
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()


def test_a_revoked_key_opens_nothing(stores: Stores, clock: Any) -> None:
    key, secret = stores.keys.create("k", frozenset({"read"}))
    clock.forward(60)
    revoked = stores.keys.revoke(key.id)
    assert revoked.revoked_at == clock()
    clock.forward(60)
    assert stores.keys.revoke(key.id) == revoked
    assert stores.keys.authenticate(secret) is None
    assert stores.keys.all() == [revoked]


def test_unknown_keys_and_ngos_are_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.keys.revoke("x")
    with pytest.raises(NotFound):
        stores.keys.create("k", frozenset(), "no such ngo")
    assert stores.keys.all() == []


def test_a_request_is_answered_once(stores: Stores) -> None:
    requests = stores.idempotency
    assert requests.begin("me", "k", "a" * 64) is None
    assert requests.begin("me", "k", "b" * 64) == Replay("a" * 64, None, None)
    requests.complete("me", "k", 201, '{"id": "۱"}')
    assert requests.begin("me", "k", "a" * 64) == Replay("a" * 64, 201, '{"id": "۱"}')
    assert requests.begin("other", "k", "a" * 64) is None


def test_a_failed_request_may_be_sent_again(stores: Stores) -> None:
    stores.idempotency.begin("me", "k", "a" * 64)
    stores.idempotency.forget("me", "k")
    assert stores.idempotency.begin("me", "k", "b" * 64) is None


def test_an_answer_is_purged_when_its_time_is_over(stores: Stores, clock: Any, tmp_path: Path) -> None:
    stores.idempotency.begin("me", "k", "a" * 64, ttl_seconds=60)
    stores.idempotency.complete("me", "k", 201, "{}")
    clock.forward(59)
    assert stores.idempotency.begin("me", "k", "a" * 64) is not None
    clock.forward(1)
    assert stores.idempotency.begin("you", "other", "a" * 64) is None
    assert stores.idempotency.begin("me", "k", "b" * 64) is None
