"""From a finished call to TGI's own responses and headers. Pure."""

from infra.local.model.domain import Candidate, Piece
from infra.local.model.generation import Generated, StreamStep
from infra.local.model.wire.responses import (
    Details,
    GenerateResponse,
    PrefillToken,
    StreamDetails,
    StreamResponse,
    Token,
)


def generate_response(done: Generated, *, prefix: str, details: bool, prefill: bool, top: bool) -> GenerateResponse:
    """The answer of `/generate`; `prefix` is the prompt when the full text is wanted."""
    text = prefix + done.answer.text
    if not details:
        return GenerateResponse(generated_text=text)
    return GenerateResponse(generated_text=text, details=_details(done, prefill=prefill, top=top))


def stream_response(step: StreamStep, *, prefix: str, top: bool) -> StreamResponse:
    """One event of a stream."""
    fields = {"top_tokens": [_token(candidate) for candidate in step.token.top]} if top else {}
    done = step.done
    return StreamResponse(
        index=step.token.index + 1,
        token=_token(step.token.chosen),
        generated_text=None if done is None else prefix + done.answer.text,
        details=None if done is None else _stream_details(done),
        **fields,
    )


def headers(done: Generated) -> dict[str, str]:
    """TGI's response headers: seconds in `x-compute-time`, else whole milliseconds."""
    times, tokens = done.timings, done.answer.generated_tokens
    milliseconds = {
        "x-total-time": times.total,
        "x-validation-time": times.validation,
        "x-queue-time": times.queue,
        "x-inference-time": times.inference,
        "x-time-per-token": times.inference / max(1, tokens),
    }
    return {
        "x-compute-type": "cpu",
        "x-compute-time": f"{times.total:.6f}",
        "x-compute-characters": str(len(b"".join(piece.data for piece in done.prompt).decode(errors="replace"))),
        "x-prompt-tokens": str(len(done.prompt)),
        "x-generated-tokens": str(tokens),
    } | {name: str(int(seconds * 1000)) for name, seconds in milliseconds.items()}


def _details(done: Generated, *, prefill: bool, top: bool) -> Details:
    answer = done.answer
    fields = {"top_tokens": [[_token(c) for c in token.top] for token in answer.tokens]} if top else {}
    return Details(
        finish_reason=answer.finish_reason,
        generated_tokens=answer.generated_tokens,
        seed=done.seed,
        prefill=[_prefill(piece) for piece in done.prompt] if prefill else [],
        tokens=[_token(token.chosen) for token in answer.tokens],
        **fields,
    )


def _stream_details(done: Generated) -> StreamDetails:
    return StreamDetails(
        finish_reason=done.answer.finish_reason,
        generated_tokens=done.answer.generated_tokens,
        seed=done.seed,
        input_length=len(done.prompt),
    )


def _prefill(piece: Piece) -> PrefillToken:
    return PrefillToken(id=piece.id, text=piece.data.decode(errors="replace"), logprob=None)


def _token(candidate: Candidate) -> Token:
    return Token(id=candidate.id, text=candidate.text, logprob=candidate.logprob, special=candidate.special)
