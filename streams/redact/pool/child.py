"""`python -m streams.redact.pool.child`: answers each line of questions with a line of spans, until its input ends."""

import sys

from streams.redact.pool.wire import read_questions, write_answers, write_failure
from streams.redact.wiring import build_detector
from streams.settings import settings


def main() -> None:
    """Say the detector's version, then serve."""
    detector = build_detector(settings())
    _say(detector.version.encode() + b"\n")
    for line in sys.stdin.buffer:
        try:
            answer = write_answers(detector.detect_many(read_questions(line)))
        except Exception as error:  # the asking side holds the event back
            answer = write_failure(error)
        _say(answer)


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
