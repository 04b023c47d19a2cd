"""What the engine is asked and what it answers, in plain values."""

from dataclasses import dataclass, field

from infra.local.model.wire.responses import FinishReason


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. `seed` is `None` when the likeliest token is always taken (greedy)."""

    seed: int | None
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None
    repetition_penalty: float | None = None
    frequency_penalty: float | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """Validated parameters of one call. `grammar` is LLGuidance text, `truncate` a number of tokens."""

    sampling: Sampling
    max_new_tokens: int | None = None
    stop: tuple[str, ...] = field(default=(), repr=False)
    grammar: str | None = field(default=None, repr=False)
    top_n_tokens: int = 0
    truncate: int | None = None
    tokens_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One sequence for the engine. `prompt` holds token ids."""

    prompt: tuple[int, ...] = field(repr=False)
    max_new_tokens: int
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A token that the model considered, with the natural logarithm of its probability."""

    id: int
    text: str = field(repr=False)
    logprob: float | None
    special: bool


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """A token of the answer; `index` counts from 0, `top` holds the likeliest tokens in its place."""

    index: int
    chosen: Candidate
    top: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `tokens` is empty unless they were wanted. Times in seconds."""

    text: str = field(repr=False)
    finish_reason: FinishReason
    generated_tokens: int
    prefill_s: float
    decode_s: float
    tokens: tuple[GeneratedToken, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of a text: its id and its bytes (a token may hold part of a character)."""

    id: int
    data: bytes = field(repr=False)
