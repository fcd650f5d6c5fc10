"""The parent's end of the worker: one warm process, started when it is needed, killed when it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from nlp.adapters.readers.findings import from_json
from nlp.adapters.readers.request import Refused, Request
from nlp.adapters.readers.sniff import Format
from nlp.adapters.readers.worker import read_frame, write_frame
from nlp.types import Limits, Reject, RejectCode, Row

OCR_PAGE_SECONDS = 20
IN_MEMORY = 8_000_000
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT")


class Sandbox:
    """Thread-safe; one file at a time. What a file holds is collected first, so a slow consumer blocks no other thread."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, request: Request, form: Format) -> Iterator[Row | Reject]:
        """:raises Refused: among them `reader_timeout` and `reader_crashed`, after what was read until then."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            refusal: Refused | None = None
            with self._lock:
                try:
                    self._ask("read", request, form.module, form.function, spool)
                except Refused as error:
                    refusal = error
            spool.seek(0)
            while (frame := read_frame(cast("BinaryIO", spool))) is not None:
                yield from map(from_json, frame["found"])
        if refusal is not None:
            raise refusal

    def needs_ocr(self, request: Request, form: Format) -> bool:
        """:raises Refused:"""
        with self._lock:
            return bool(self._ask("needs_ocr", request, form.module, "needs_ocr", None))

    def close(self) -> None:
        with self._lock:
            if self._process is not None:
                _stop(self._process)
                self._process = None

    def _ask(self, task: str, request: Request, module: str, function: str, spool: IO[bytes] | None) -> Any:
        process = self._running()
        message = {"task": task, "module": module, "function": function, "request": request.to_json()}
        deadline = _Deadline(process, self._limits.reader_seconds)
        try:
            answer = self._exchange(process, message, deadline, spool)
        except BaseException:  # the pipes hold half an answer
            self._discard(process)
            raise
        finally:
            deadline.cancel()
        if deadline.passed:
            self._discard(process)
            if answer is None:
                raise Refused("reader_timeout", f"not read within {deadline.seconds} seconds")
        if answer is None or "failed" in answer:
            self._discard(process)
            raise Refused("reader_crashed", _ending(process, answer))
        if "refused" in answer:
            code: RejectCode = answer["refused"].pop("code")
            detail: str = answer["refused"].pop("detail")
            raise Refused(code, detail, **answer["refused"])
        return answer["done"]

    def _exchange(
        self, process: subprocess.Popen[bytes], message: dict[str, Any], deadline: _Deadline, spool: IO[bytes] | None
    ) -> dict[str, Any] | None:
        """The last frame of the answer, None when the worker ended without one."""
        source, target = cast("BinaryIO", process.stdout), cast("BinaryIO", process.stdin)
        try:
            write_frame(target, message)
        except OSError:
            return None
        while (frame := read_frame(source)) is not None:
            if "progress" in frame:
                deadline.extend(OCR_PAGE_SECONDS)
            elif "found" in frame and spool is not None:
                write_frame(cast("BinaryIO", spool), frame)
                if spool.tell() > self._limits.unpacked_bytes:
                    raise Refused("file_too_large", f"holds more than {self._limits.unpacked_bytes} bytes of text")
            else:
                return frame
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._discard(self._process)
        if self._process is None:
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            environment |= {"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)}
            environment |= {"PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1", "OMP_THREAD_LIMIT": "1", "MALLOC_ARENA_MAX": "2"}
            self._process = subprocess.Popen(  # noqa: S603 -- our own module under our own interpreter
                [sys.executable, "-P", "-m", "nlp.adapters.readers.worker", str(self._limits.reader_memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=tempfile.gettempdir(),
                env=environment,
                start_new_session=True,
            )
            weakref.finalize(self, _stop, self._process)
        return self._process

    def _discard(self, process: subprocess.Popen[bytes]) -> None:
        _stop(process)
        self._process = None


class _Deadline:
    """Kills the worker, and what it started, when the time is over."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._lock = threading.Lock()
        self.passed = False
        self.seconds = seconds
        self._over = False
        self._wake = threading.Condition(self._lock)
        self._left = seconds
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def extend(self, seconds: float) -> None:
        with self._wake:
            self._left += seconds
            self.seconds += seconds

    def cancel(self) -> None:
        with self._wake:
            self._over = True
            self._wake.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._wake:
            while not self._over and self._left > 0:
                step, self._left = self._left, 0.0
                self._wake.wait_for(lambda: self._over, step)
            if not self._over:
                self.passed = True
                _kill(self._process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        _kill(process)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _ending(process: subprocess.Popen[bytes], answer: dict[str, Any] | None) -> str:
    if answer is not None:
        return f"the worker failed: {answer['failed']}"
    return f"the worker ended with {process.returncode}"
