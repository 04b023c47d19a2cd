"""Some detection processes behind one call, for many threads: what waits meanwhile goes together in the next batch."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.pool.process import GoneError, Process

_MAX_TEXTS = 128
_Answers = list[tuple[Span, ...]]


@dataclass(frozen=True, slots=True, repr=False)
class _Request:
    questions: tuple[Question, ...]
    answers: "Future[_Answers]" = field(default_factory=Future)


class DetectorPool:
    """Answers as `Detector` does, from processes. Safe to share between threads; ends with the process that made it."""

    def __init__(self, processes: int, timeout_s: float, version: str) -> None:
        """`timeout_s`: for one batch. `version`: the detector's, the same in each process, since they run this code."""
        self.version = version
        self._timeout_s = timeout_s
        self._waiting: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        for number in range(processes):
            threading.Thread(target=self._serve, name=f"detection-{number}", daemon=True).start()

    def detect_many(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        """Spans of each text. TimeoutError, GoneError or DetectionError: the caller holds the event back."""
        request = _Request(tuple(questions))
        self._waiting.put(request)
        return request.answers.result()

    def _serve(self) -> None:
        process = Process()
        while True:
            batch = self._batch()
            try:
                self._answer(process, batch)
            except Exception:  # one of them is to blame: each by itself
                for request in batch:
                    self._alone(process, request)

    def _batch(self) -> list[_Request]:
        """What waits now, at least one."""
        batch = [self._waiting.get()]
        texts = len(batch[0].questions)
        while texts < _MAX_TEXTS:
            try:
                batch.append(self._waiting.get_nowait())
            except queue.Empty:
                break
            texts += len(batch[-1].questions)
        return batch

    def _answer(self, process: Process, batch: Sequence[_Request]) -> None:
        answers = iter(process.answer([one for request in batch for one in request.questions], self._timeout_s))
        for request in batch:
            request.answers.set_result([next(answers) for _ in request.questions])

    def _alone(self, process: Process, request: _Request) -> None:
        for last in (False, True):
            try:
                return request.answers.set_result(process.answer(request.questions, self._timeout_s))
            except GoneError as gone:
                # Whoever killed it once, the text is tried again; a text that kills it twice is to blame.
                if last:
                    request.answers.set_exception(gone)
            except Exception as error:
                return request.answers.set_exception(error)
        return None
