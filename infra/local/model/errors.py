"""The errors of TGI's protocol: each has an HTTP status, an `error_type` and a label in the metrics.

The texts are part of the protocol (clients read them); none of them repeats what the caller sent but numbers.
"""

from typing import ClassVar


class InferError(Exception):
    """A call that is answered with `{"error", "error_type"}`."""

    status: ClassVar[int] = 500
    error_type: ClassVar[str] = "unknown"
    metric: ClassVar[str] = "unknown"

    @property
    def message(self) -> str:
        """The text of `error`."""
        return str(self)


class RequestInvalidError(InferError):
    """The request breaks a rule of the protocol or a limit of this server."""

    status, error_type, metric = 422, "validation", "validation"

    @property
    def message(self) -> str:
        return f"Input validation error: {self}"


class MalformedBodyError(InferError):
    """The body is no JSON, or its JSON has another shape than the route's."""

    status, error_type, metric = 422, "validation", "validation"


class TemplateError(InferError):
    """The messages cannot be put into the model's chat template."""

    status, error_type, metric = 422, "template_error", "template"

    @property
    def message(self) -> str:
        return f"Template error: {self}"


class ToolError(InferError):
    """The request needs tools, which this model has not learnt to call."""

    status, error_type, metric = 422, "tool_error", "tool_error"

    @property
    def message(self) -> str:
        return f"Tool error: {self}"


class OverloadedError(InferError):
    """More calls are running than the server admits. The caller should wait and try again."""

    status, error_type, metric = 429, "overloaded", "overloaded"

    def __init__(self) -> None:
        super().__init__("Model is overloaded")


class GenerationError(InferError):
    """The engine refused the call or did not answer in time."""

    status, error_type, metric = 424, "generation", "generation"

    @property
    def message(self) -> str:
        return f"Request failed during generation: {self}"


class IncompleteGenerationError(InferError):
    """The engine's answer ended before its last token."""

    status, error_type, metric = 500, "incomplete_generation", "incomplete"

    def __init__(self) -> None:
        super().__init__("Incomplete generation")


class UnhealthyError(InferError):
    """The model is loading, or the engine does not answer."""

    status, error_type, metric = 503, "healthcheck", "unhealthy"

    @property
    def message(self) -> str:
        return f"unhealthy: {self}"
