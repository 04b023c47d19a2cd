"""How one attempt ended."""

from dataclasses import dataclass, field

from avro_schemas.records import CallOutcome
from streams.residency.endpoints import Engine


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a server says it serves; None what its engine does not tell. Limits in tokens, of one call."""

    model_id: str
    model_sha: str | None = None
    max_concurrent_requests: int | None = None
    max_input_tokens: int | None = None
    max_total_tokens: int | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """How one attempt ended; `text` is None unless the outcome is `answered`. Times in microseconds.

    `endpoint`: root URL of the server, empty when none was chosen before the attempt ended. `queued_us`: wait in our
    own queue. `total_us`: from sending to the end, zero for what never left. `server_queue_us`, `inference_us`,
    `per_token_us`: the server's own word, or measured on a stream. `first_token_us`: from sending, on a stream alone.
    """

    outcome: CallOutcome
    endpoint: str
    engine: Engine
    model: ModelInfo | None
    queued_us: int
    total_us: int
    text: str | None = field(default=None, repr=False)
    error_type: str | None = None
    may_pass: bool = False
    """Whether trying again later may help."""
    finish_reason: str | None = None
    """As TGI has it: length, eos_token, stop_sequence; `stop` from an engine that does not tell the last two apart."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    server_queue_us: int | None = None
    inference_us: int | None = None
    first_token_us: int | None = None
    per_token_us: int | None = None

    @classmethod
    def unsent(
        cls, outcome: CallOutcome, engine: Engine, error_type: str, *, queued_us: int = 0, may_pass: bool = False
    ) -> "Reply":
        """An attempt that ended before anything left for a server: blocked, skipped, or no place in time."""
        return cls(outcome, "", engine, None, queued_us, 0, error_type=error_type, may_pass=may_pass)
