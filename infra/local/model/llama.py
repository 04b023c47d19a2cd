"""The JSON that llama.cpp's server reads and writes (`/completion`, `/tokenize`). Pure.

Reference: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
"""

from collections.abc import Mapping
from typing import Any

from infra.local.model.domain import Answer, Candidate, GeneratedToken, Job, Piece, Sampling
from infra.local.model.grammar import as_start
from infra.local.model.wire.responses import FinishReason

Specials = Mapping[int, str]
"""The model's special tokens that may end an answer: id to text."""

_RANDOM_SEED = 2**32 - 1  # llama.cpp draws a seed of its own when it reads this one
_ANSWER_FIELDS = (
    "content",
    "tokens",
    "stop_type",
    "stopping_word",
    "tokens_predicted",
    "timings/prompt_ms",
    "timings/predicted_ms",
    "completion_probabilities",
)
_FINISH: Mapping[str, FinishReason] = {"eos": "eos_token", "word": "stop_sequence", "limit": "length"}


def completion_request(job: Job, *, stream: bool) -> dict[str, Any]:
    """The body of `/completion` for `job`.

    Stop sequences are left to the reader of a stream: llama.cpp would hold back text that may become one.
    """
    parameters = job.parameters
    body: dict[str, Any] = {
        "prompt": list(job.prompt),
        "n_predict": job.max_new_tokens,
        "stream": stream,
        "cache_prompt": True,
        "return_tokens": True,
        "n_probs": max(1, parameters.top_n_tokens) if stream or parameters.tokens_wanted else 0,
        "response_fields": list(_ANSWER_FIELDS),
        **_sampling(parameters.sampling, whole=len(job.prompt) + job.max_new_tokens),
    }
    if parameters.stop and not stream:
        body["stop"] = list(parameters.stop)
    if parameters.grammar is not None:
        body["grammar"] = as_start(parameters.grammar)
    return body


def _sampling(sampling: Sampling, *, whole: int) -> dict[str, Any]:
    body: dict[str, Any] = {"temperature": 0.0, "samplers": ["penalties", "temperature"], "min_p": 0.0}
    if sampling.seed is not None:
        # The order of Transformers' logits warpers, which TGI uses.
        body["samplers"] = ["penalties", "temperature", "top_k", "top_p", "typ_p"]
        body["temperature"] = sampling.temperature
        body["seed"] = sampling.seed % _RANDOM_SEED
        body["top_k"] = sampling.top_k or 0
        body["top_p"] = sampling.top_p or 1.0
        body["typical_p"] = sampling.typical_p or 1.0
    if sampling.repetition_penalty is not None or sampling.frequency_penalty is not None:
        body["repeat_last_n"] = whole  # prompt and answer, as in TGI; by itself llama.cpp looks 64 tokens back
        body["repeat_penalty"] = sampling.repetition_penalty or 1.0
        body["frequency_penalty"] = sampling.frequency_penalty or 0.0
    return body


def read_answer(body: Mapping[str, Any], specials: Specials) -> Answer:
    """A whole answer from what `/completion` returned. TGI leaves the stop sequence in the text, so it is put back."""
    return Answer(
        text=body["content"] + body["stopping_word"],
        finish_reason=_FINISH.get(body["stop_type"], "length"),
        generated_tokens=body["tokens_predicted"],
        prefill_s=body["timings/prompt_ms"] / 1000,
        decode_s=body["timings/predicted_ms"] / 1000,
        tokens=_align(body["tokens"], body.get("completion_probabilities") or [], specials),
    )


def read_stream_token(body: Mapping[str, Any], specials: Specials) -> GeneratedToken:
    """One token from an event of a `/completion` stream.

    Tokens that end inside a character are held back by llama.cpp; their text comes with the token that completes it.
    """
    index = body["tokens_predicted"] - 1
    probabilities = body.get("completion_probabilities") or []
    if probabilities:
        return _token(index, probabilities[-1], specials, text=body["content"])
    return GeneratedToken(index, _candidate(body["tokens"][-1], body["content"], None, specials))


def read_pieces(body: Mapping[str, Any]) -> tuple[Piece, ...]:
    """The tokens that `/tokenize` returned."""
    return tuple(Piece(token["id"], _bytes(token["piece"])) for token in body["tokens"])


def _bytes(piece: str | list[int]) -> bytes:
    return piece.encode() if isinstance(piece, str) else bytes(piece)


def _align(ids: list[int], probabilities: list[dict[str, Any]], specials: Specials) -> tuple[GeneratedToken, ...]:
    """All tokens by id; those without a probability were held back inside a character and have no text of their own."""
    tokens, waiting = [], list(reversed(probabilities))
    for index, token_id in enumerate(ids if probabilities else []):
        if waiting and waiting[-1]["id"] == token_id:
            tokens.append(_token(index, waiting.pop(), specials))
        else:
            tokens.append(GeneratedToken(index, _candidate(token_id, "", None, specials)))
    return tuple(tokens)


def _token(index: int, body: Mapping[str, Any], specials: Specials, text: str | None = None) -> GeneratedToken:
    top = tuple(_candidate(t["id"], t["token"], t["logprob"], specials) for t in body["top_logprobs"])
    chosen = _candidate(body["id"], body["token"] if text is None else text, body["logprob"], specials)
    return GeneratedToken(index, chosen, top)


def _candidate(token_id: int, text: str, logprob: float | None, specials: Specials) -> Candidate:
    special = token_id in specials
    return Candidate(token_id, specials[token_id] if special else text, logprob, special)
