"""Run a batch on this machine. Workers get a recipe, not objects: each builds what it needs once."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_built: dict[str, Any] = {}


def _build(recipe: Callable[[], Any]) -> None:
    _built["tool"] = recipe()


def _run(function: Callable[[Any, Any], Any], item: Any) -> Any:
    return function(_built["tool"], item)


class LocalExecutor:
    """See `nlp.ports.Executor`. One worker runs in this process; more are spawned, so no thread or lock is inherited."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    @contextmanager
    def map(
        self, recipe: Callable[[], T], function: Callable[[T, R], Any], items: Iterable[R], *, in_flight: int
    ) -> Iterator[Iterator[Any]]:
        """Results in order of the items; at most `in_flight` items a worker are read ahead."""
        if self._workers == 1:
            tool = recipe()
            yield (function(tool, item) for item in items)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._workers, context, _build, (recipe,)) as pool:
            try:
                yield self._ordered(pool, function, iter(items), in_flight * self._workers)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _ordered(pool: ProcessPoolExecutor, function: Callable[[T, R], Any], items: Iterator[R], ahead: int) -> Iterator[Any]:
        waiting: deque[Future[Any]] = deque()
        for item in items:
            waiting.append(pool.submit(_run, function, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
