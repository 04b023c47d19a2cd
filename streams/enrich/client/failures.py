"""Every way in which an attempt fails, as outcome, error type and whether trying again may help. Pure.

May pass what somebody can mend while the event waits: the server, the network, a key, a certificate, the policy. May
not pass what this very request will always meet. Texts of servers are not kept: they may quote the prompt.
"""

import json
import ssl
from dataclasses import dataclass
from typing import Any

import httpx
from huggingface_hub.errors import (
    GenerationError,
    HfHubHTTPError,
    IncompleteGenerationError,
    InferenceTimeoutError,
    OverloadedError,
    TextGenerationError,
    ValidationError,
)

from avro_schemas.records import CallOutcome
from streams.enrich.client.gbnf import GrammarError
from streams.enrich.client.transport import AnswerTooLargeError, BadRequestError
from streams.residency.endpoints import EndpointRefusedError

_BY_TYPE: dict[str, tuple[CallOutcome, bool]] = {
    "overloaded": ("overloaded", True),
    "validation": ("failed", False),
    "template_error": ("failed", False),
    "tool_error": ("failed", False),
    "generation": ("failed", True),
    "incomplete_generation": ("incomplete", True),
    "healthcheck": ("failed", True),
}
"""TGI's error types."""

_FINAL = frozenset({400, 404, 405, 410, 413, 415, 422})
"""Statuses that this very request will always meet."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`error_type` names the kind alone."""

    outcome: CallOutcome
    error_type: str
    may_pass: bool


class CutShortError(Exception):
    """The answer ended before it was whole, though the connection was closed in order."""


class StatedError(Exception):
    """An answer that was sent as a success and holds an error."""

    def __init__(self, stated: Any, kind: Any = None) -> None:
        """`stated`: the value of `error`; `kind`: TGI's `error_type` beside it."""
        super().__init__("an error inside an answer")
        nested = stated if isinstance(stated, dict) else {}
        self.kind = kind if isinstance(kind, str) else nested.get("type")
        code = nested.get("code")
        self.status = code if isinstance(code, int) and 400 <= code < 600 else None


class KeyFileError(Exception):
    """The endpoint's key cannot be read."""


FAILURES = (
    OSError,  # TimeoutError and HfHubHTTPError are among them
    httpx.HTTPError,
    TextGenerationError,
    InferenceTimeoutError,
    EndpointRefusedError,
    GrammarError,
    CutShortError,
    StatedError,
    KeyFileError,
    # The library parses without looking: an answer that is no JSON, or of another shape, breaks it in these ways.
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
"""What an attempt may raise that is an outcome and no defect."""


def failure_of(error: BaseException, status: int | None) -> Failure:  # noqa: PLR0912  # one arm a kind
    """What an attempt that raised `error` ended as. `status`: HTTP status of the answer, None when none had begun."""
    if status is not None and 300 <= status < 400:
        return Failure("failed", "redirected", True)
    match error:
        case EndpointRefusedError():
            return Failure("refused", "endpoint_refused", True)
        case KeyFileError():
            return Failure("failed", "key_unreadable", True)
        case GrammarError():
            return Failure("refused", "grammar_unsupported", False)
        case AnswerTooLargeError():
            return Failure("failed", "answer_too_large", False)
        case BadRequestError():
            return of_status(400)
        case httpx.ConnectTimeout():
            return Failure("timeout", "connect", True)
        case HfHubHTTPError():
            return of_status(error.response.status_code)
        case TimeoutError() | InferenceTimeoutError() | httpx.TimeoutException():
            return Failure("timeout", "deadline", True)
        case OverloadedError():
            return Failure("overloaded", "overloaded", True)
        case ValidationError():
            return Failure("failed", "validation", False)
        case GenerationError():
            return Failure("failed", "generation", True)
        case IncompleteGenerationError():
            return Failure("incomplete", "incomplete_generation", True)
        case TextGenerationError(__cause__=HfHubHTTPError() as answered):
            return of_status(answered.response.status_code)
        case TextGenerationError():
            return Failure("failed", "stated_error", True)
        case StatedError():
            return _stated(error)
        case CutShortError():
            return Failure("incomplete", "cut_short", True)
        case httpx.TransportError() | OSError():
            return _of_network(error, status)
        case json.JSONDecodeError() | UnicodeDecodeError():
            return Failure("failed", "not_json", True)
        case _:
            return Failure("failed", "unexpected_answer", True)


def of_status(status: int) -> Failure:
    """What an HTTP status from 400 up means."""
    if status == 429:
        return Failure("overloaded", "http_429", True)
    if status == 408:
        return Failure("timeout", "http_408", True)
    return Failure("failed", f"http_{status}", status not in _FINAL)


def _stated(error: StatedError) -> Failure:
    if error.kind in _BY_TYPE:
        outcome, may_pass = _BY_TYPE[error.kind]
        return Failure(outcome, error.kind, may_pass)
    return of_status(error.status) if error.status is not None else Failure("failed", "stated_error", True)


def _of_network(error: BaseException, status: int | None) -> Failure:
    if _has_cause(error, ssl.SSLError):
        return Failure("failed", "tls", True)
    if status is not None:
        return Failure("incomplete", "closed_mid_answer", True)
    if isinstance(error, httpx.ConnectError):
        return Failure("failed", "not_connected", True)
    return Failure("failed", "disconnected" if isinstance(error, httpx.TransportError) else "unresolved", True)


def _has_cause(error: BaseException, kind: type[BaseException]) -> bool:
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, kind):
            return True
        at = at.__cause__ or at.__context__
    return False
