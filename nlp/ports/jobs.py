"""Ports of long tasks, and of requests that come twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """A long task that survives a kill. `payload` is what its worker needs; `errors` are rejects as JSON."""

    id: str
    kind: str
    state: JobState
    done: int
    total: int | None
    errors: tuple[Mapping[str, Any], ...]
    result_url: str | None
    payload: Mapping[str, Any]
    owner: str | None
    created_at: datetime


class JobStore(Protocol):
    def create(self, kind: str, payload: Mapping[str, Any], owner: str | None) -> Job: ...

    def get(self, job_id: str) -> Job:
        """:raises NotFound:"""
        ...

    def newest(self, kind: str, limit: int) -> Sequence[Job]:
        """The newest jobs of a kind, the newest first."""
        ...

    def claim(self, worker: str, lease_seconds: float) -> Job | None:
        """The oldest queued job, or a running one whose lease ran out; it is now `running` under `worker`."""
        ...

    def progress(
        self, job_id: str, worker: str, done: int, total: int | None, errors: Sequence[Mapping[str, Any]], lease_seconds: float
    ) -> bool:
        """Record progress, `errors` being all of them so far, and renew the lease; False when the job was cancelled or taken
        over: stop."""
        ...

    def finish(self, job_id: str, worker: str, state: JobState, result_url: str | None) -> None:
        """A job that was cancelled or taken over stays as it is."""
        ...

    def cancel(self, job_id: str) -> Job:
        """A job that has ended already stays as it is. :raises NotFound:"""
        ...


@dataclass(frozen=True, slots=True)
class Replay:
    """What an idempotency key stands for: `status` is None while the first request still runs."""

    body_sha256: str
    status: int | None
    body: str | None


class IdempotencyStore(Protocol):
    def begin(self, caller: str, key: str, body_sha256: str, ttl_seconds: float = 86_400.0) -> Replay | None:
        """None when this caller may go on (the key is now taken); else what is known of the first request."""
        ...

    def complete(self, caller: str, key: str, status: int, body: str) -> None: ...

    def forget(self, caller: str, key: str) -> None:
        """After a failure: the key may be used again."""
        ...
