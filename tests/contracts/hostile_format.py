"""A format that breaks on purpose; the worker imports it when a test asks for it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from nlp.adapters.readers.findings import document
from nlp.adapters.readers.request import Request
from nlp.types import Reject, Row

READ_FIRST = "این گزارش پیش از خرابی خوانده شد."


def read(request: Request) -> Iterator[Row | Reject]:
    """Does what the file says."""
    word = request.path.read_text(encoding="utf-8").strip()
    yield document(request, READ_FIRST)
    if word == "crash":
        os.abort()
    if word == "hang":
        time.sleep(600)
    if word == "memory":
        yield document(request, "آ" * (1 << 40))
    if word == "noise":
        sys.stdout.write("چاپ‌شده\n" * 100)
        sys.stdout.flush()
        yield document(request, str(os.getpid()))
    if word == "raise":
        raise KeyError(READ_FIRST)
    if word == "flood":
        for _ in range(100):
            yield document(request, READ_FIRST * 300)
