"""The process that parses hostile formats: `python -m nlp.adapters.readers.worker MEMORY_BYTES`.

Frames on both pipes: four bytes of length, big-endian, then JSON. A request names a task, a module and a function; the
answer is any number of `{"found": […]}` and `{"progress": true}`, then `{"done": …}`, `{"refused": …}` or `{"failed": …}`."""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, BinaryIO

from nlp.adapters.readers.findings import to_json
from nlp.adapters.readers.request import Refused, Request

LENGTH = struct.Struct(">I")
BATCH_BYTES = 200_000


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """The next frame, None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size: int = LENGTH.unpack(head)[0]
    body = stream.read(size)
    if len(body) < size:
        return None
    frame: dict[str, Any] = json.loads(body)
    return frame


def write_frame(stream: BinaryIO, frame: Mapping[str, Any]) -> None:
    body = json.dumps(frame, ensure_ascii=True).encode("ascii")
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    allowed = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(message: Mapping[str, Any], out: BinaryIO) -> dict[str, Any]:
    request = Request.from_json(message["request"], lambda: write_frame(out, {"progress": True}))
    module = import_module(message["module"])
    result = getattr(module, message["function"])
    if message["task"] == "needs_ocr":
        return {"done": bool(result(request.path))}
    batch: list[dict[str, Any]] = []
    size = 0
    try:
        for found in result(request):
            batch.append(to_json(found))
            size += sum(len(value) for value in batch[-1].get("values", {}).values() if isinstance(value, str)) + 500
            if size > BATCH_BYTES:
                write_frame(out, {"found": batch})
                batch, size = [], 0
    finally:
        if batch:
            write_frame(out, {"found": batch})
    return {"done": True}


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Answer requests until the stream ends, or until memory ran out: then a new process is cleaner."""
    while (message := read_frame(source)) is not None:
        try:
            answer = _answer(message, out)
        except Refused as refusal:
            fields = {"code": refusal.code, "detail": refusal.detail, "sheet": refusal.sheet, "row": refusal.row}
            answer = {"refused": {**fields, "hint": refusal.hint}}
        except MemoryError:
            write_frame(out, {"failed": "memory"})
            return
        except Exception as error:  # noqa: BLE001 -- whatever a parser throws at a broken file
            answer = {"refused": {"code": "damaged", "detail": type(error).__name__}}
        write_frame(out, answer)


def main() -> None:
    """Whatever libraries print must not get between the frames."""
    _limit(int(sys.argv[1]))
    source, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    serve(source, out)


if __name__ == "__main__":
    main()
