"""Detection in processes of its own: the same answers, and nothing passes when one hangs, dies or fails."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Question
from streams.redact.pool.pool import DetectorPool
from streams.redact.pool.process import Process
from streams.redact.pool.wire import (
    DetectionError,
    read_answers,
    read_questions,
    write_answers,
    write_failure,
    write_questions,
)
from streams.redact.values import KnownValue

_KNOWN = (KnownValue("Jürgen Müller", "person"),)
_QUESTIONS = [
    Question("Bel Anouk van der Meulen op +31 6 1987 4402", "nl", "NL"),
    Question("hat juergen mueller schon bezahlt", None, "DE", _KNOWN),
    Question("a lone surrogate \ud800 and a line\nbreak, jan@post.example"),
    Question(""),
]


@pytest.fixture(scope="module")
def pool() -> Iterator[DetectorPool]:
    """One process."""
    yield DetectorPool(1, 60.0, "test")
    for child in _children():
        child.kill()


def _children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "streams.redact.pool.child" in " ".join(one.cmdline())]


def test_questions_and_answers_survive_the_pipe(detector: Detector) -> None:
    answers = detector.detect_many(_QUESTIONS)
    assert read_questions(write_questions(_QUESTIONS)) == _QUESTIONS
    assert read_answers(write_answers(answers)) == answers


def test_a_pool_answers_as_the_detector_does(pool: DetectorPool, detector: Detector) -> None:
    assert pool.detect_many(_QUESTIONS) == detector.detect_many(_QUESTIONS)


def test_many_threads_get_each_their_own_answers(pool: DetectorPool, detector: Detector) -> None:
    texts = [f"klant {number} mailt klant{number}@post.example" for number in range(60)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda text: pool.detect_many([Question(text)])[0], texts))
    assert answers == [detector.detect(text) for text in texts]


def test_a_killed_process_is_replaced_and_the_text_is_looked_at_again(pool: DetectorPool, detector: Detector) -> None:
    pool.detect_many(_QUESTIONS[:1])
    for child in _children():
        os.kill(child.pid, signal.SIGKILL)
    assert pool.detect_many(_QUESTIONS) == detector.detect_many(_QUESTIONS)


def test_a_process_that_does_not_answer_in_time_is_killed() -> None:
    process = Process()
    process.answer(_QUESTIONS[:1], 60.0)
    [child] = [one for one in _children() if one.pid == process.pid]
    child.suspend()
    with pytest.raises(TimeoutError):
        process.answer(_QUESTIONS[:1], 0.2)
    assert not child.is_running()
    process.end()


def test_a_failure_is_told_by_its_type_alone() -> None:
    line = write_failure(ValueError("jan@post.example is in here"))
    assert b"jan" not in line
    with pytest.raises(DetectionError, match=r"^ValueError$"):
        read_answers(line)


def test_one_bad_request_does_not_take_its_neighbours_along(detector: Detector) -> None:
    stalled = DetectorPool(1, 60.0, "test")
    bad = Question("x", known=(KnownValue(3, "person"),))  # type: ignore[arg-type]  # makes detection fail
    results: dict[str, object] = {}

    def ask(name: str, question: Question) -> None:
        try:
            results[name] = stalled.detect_many([question])
        except DetectionError as failed:
            results[name] = failed

    threads = [
        threading.Thread(target=ask, args=one)
        for one in (("good", _QUESTIONS[0]), ("bad", bad), ("late", _QUESTIONS[1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results["good"] == detector.detect_many(_QUESTIONS[:1])
    assert results["late"] == detector.detect_many(_QUESTIONS[1:2])
    assert isinstance(results["bad"], DetectionError)
