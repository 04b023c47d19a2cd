"""What an engine answered, in one engine's words or another's, told in the same terms. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Times in microseconds, None where the engine does not tell; names as in `Reply`."""

    text: str = field(repr=False)
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    server_queue_us: int | None = None
    inference_us: int | None = None
    first_token_us: int | None = None
    per_token_us: int | None = None


class TokenTimes:
    """When the tokens of a stream came."""

    def __init__(self, clock_ns: Callable[[], int]) -> None:
        self._clock_ns = clock_ns
        self._began = clock_ns()
        self._first: int | None = None
        self._last = 0
        self._count = 0

    def token(self) -> None:
        """One has come."""
        self._last = self._clock_ns()
        self._first = self._first or self._last
        self._count += 1

    @property
    def first_us(self) -> int | None:
        """From sending to the first token."""
        return None if self._first is None else (self._first - self._began) // 1000

    @property
    def per_token_us(self) -> int | None:
        """Mean time between one token and the next; None for fewer than two."""
        return (
            None if self._first is None or self._count < 2 else (self._last - self._first) // 1000 // (self._count - 1)
        )


def number(value: Any) -> int | None:
    """A count that a server stated, as a number or in a header; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def milliseconds(value: Any) -> int | None:
    """Stated milliseconds as microseconds."""
    if isinstance(value, float) and 0 <= value < 2**43:
        return int(value * 1000)
    return None if (whole := number(value)) is None else whole * 1000


def from_headers(headers: Mapping[str, str], name: str) -> int | None:
    """One of TGI's timing headers (milliseconds), in microseconds."""
    return milliseconds(headers.get(name))
