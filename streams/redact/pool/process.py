"""One detection process and its pipe."""

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from time import monotonic

from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.pool.wire import read_answers, write_questions

# A process reads word lists, patterns and a model first.
START_TIMEOUT_S = 120.0
_CHUNK = 1 << 16
# One thread a process: there are as many processes as there is work for.
_ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")


class GoneError(Exception):
    """The process ended by itself, or was killed from outside."""


class Process:
    """Starts with its first question, and again after it was ended. For one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return None if self._process is None else self._process.pid

    def answer(self, questions: Sequence[Question], timeout_s: float) -> list[tuple[Span, ...]]:
        """Spans of each text.

        TimeoutError when it took too long, GoneError when the process died; it is killed in both cases. DetectionError
        when detection failed.
        """
        try:
            process = self._running()
            self._send(process, write_questions(questions), timeout_s)
            return read_answers(self._line(process, timeout_s))
        except (TimeoutError, GoneError):
            self.end()
            raise

    def end(self) -> None:
        """Kill the process and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
            self._rest = b""

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.redact.pool.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **_ENVIRONMENT},
                bufsize=0,
            )
            os.set_blocking(self._stdin(self._process), False)
            self._line(self._process, START_TIMEOUT_S)
        return self._process

    def _send(self, process: "subprocess.Popen[bytes]", line: bytes, timeout_s: float) -> None:
        pipe, until, view = self._stdin(process), monotonic() + timeout_s, memoryview(line)
        while view:
            if not select.select([], [pipe], [], max(0.0, until - monotonic()))[1]:
                raise TimeoutError("a detection process did not take its texts in time")
            try:
                view = view[os.write(pipe, view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise GoneError("a detection process ended") from None

    def _line(self, process: "subprocess.Popen[bytes]", timeout_s: float) -> bytes:
        assert process.stdout is not None  # noqa: S101  # opened as a pipe above
        pipe, until = process.stdout.fileno(), monotonic() + timeout_s
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            if not select.select([pipe], [], [], max(0.0, until - monotonic()))[0]:
                raise TimeoutError("a detection process did not answer in time")
            part = os.read(pipe, _CHUNK)
            if not part:
                raise GoneError("a detection process ended")
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    @staticmethod
    def _stdin(process: "subprocess.Popen[bytes]") -> int:
        assert process.stdin is not None  # noqa: S101  # opened as a pipe above
        return process.stdin.fileno()
