"""TGI's rules for parameters and lengths, with TGI's texts. Pure: no engine, no clock."""

import secrets

from infra.local.model.domain import Parameters, Sampling
from infra.local.model.errors import RequestInvalidError
from infra.local.model.grammar import compile_grammar
from infra.local.model.settings import DEFAULT_MAX_NEW_TOKENS, MAX_BEST_OF, MAX_STOP_SEQUENCES, MAX_TOP_N_TOKENS
from infra.local.model.wire.generate import GenerateParameters


def validate_parameters(given: GenerateParameters, *, max_input_tokens: int, streamed: bool) -> Parameters:
    """Check every parameter that can be checked without the prompt. Raises `RequestInvalidError`.

    A seed that is needed and missing is drawn here, so that the details can name it.
    """
    _check_counts(given, max_input_tokens=max_input_tokens, streamed=streamed)
    _check_ranges(given)
    return Parameters(
        sampling=_sampling(given),
        max_new_tokens=given.max_new_tokens,
        stop=tuple(given.stop),
        grammar=None if given.grammar is None else compile_grammar(given.grammar),
        top_n_tokens=given.top_n_tokens or 0,
        truncate=given.truncate,
        tokens_wanted=given.details or bool(given.top_n_tokens),
    )


def check_inputs(inputs: str) -> None:
    """Refuse an empty prompt."""
    if not inputs:
        raise RequestInvalidError("`inputs` cannot be empty")


def new_tokens_allowed(input_tokens: int, wanted: int | None, *, max_total_tokens: int) -> int:
    """How many tokens may be generated after a prompt of `input_tokens`.

    Raises `RequestInvalidError` when the prompt leaves no room for one token, or not for as many as are `wanted`.
    """
    limit = max_total_tokens - 1
    if input_tokens > limit:
        raise RequestInvalidError(f"`inputs` must have less than {limit} tokens. Given: {input_tokens}")
    room = max_total_tokens - input_tokens
    if wanted is None:
        return min(DEFAULT_MAX_NEW_TOKENS, room)
    if wanted > room:
        raise RequestInvalidError(
            f"`inputs` tokens + `max_new_tokens` must be <= {max_total_tokens}. "
            f"Given: {input_tokens} `inputs` tokens and {wanted} `max_new_tokens`"
        )
    return wanted


def _check_counts(given: GenerateParameters, *, max_input_tokens: int, streamed: bool) -> None:
    if given.best_of is not None and not 0 < given.best_of <= MAX_BEST_OF:
        raise RequestInvalidError(f"`best_of` must be > 0 and <= {MAX_BEST_OF}. Given: {given.best_of}")
    if given.top_n_tokens is not None and given.top_n_tokens > MAX_TOP_N_TOKENS:
        raise RequestInvalidError(f"`top_n_tokens` must be >= 0 and <= {MAX_TOP_N_TOKENS}. Given: {given.top_n_tokens}")
    if given.decoder_input_details and streamed:
        raise RequestInvalidError("`decoder_input_details` == true is not supported when streaming tokens")
    if given.max_new_tokens == 0:
        raise RequestInvalidError("`max_new_tokens` must be strictly positive")
    if len(given.stop) > MAX_STOP_SEQUENCES:
        raise RequestInvalidError(
            f"`stop` supports up to {MAX_STOP_SEQUENCES} stop sequences. Given: {len(given.stop)}"
        )
    if "" in given.stop:
        raise RequestInvalidError("`stop` cannot hold an empty stop sequence")
    if given.truncate is not None and not 0 < given.truncate <= max_input_tokens:
        raise RequestInvalidError(
            f"`truncate` must be strictly positive and less than {max_input_tokens}. Given: {given.truncate}"
        )
    if given.adapter_id is not None:
        raise RequestInvalidError("`adapter_id` names an adapter, and this server has none; leave it out")


def _check_ranges(given: GenerateParameters) -> None:
    if given.temperature is not None and given.temperature <= 0:
        raise RequestInvalidError("`temperature` must be strictly positive")
    if given.repetition_penalty is not None and given.repetition_penalty <= 0:
        raise RequestInvalidError("`repetition_penalty` must be strictly positive")
    if given.frequency_penalty is not None and not -2 <= given.frequency_penalty <= 2:
        raise RequestInvalidError("`frequency_penalty` must be >= -2.0 and <= 2.0")
    if given.top_p is not None and not 0 < given.top_p < 1:
        raise RequestInvalidError("`top_p` must be > 0.0 and < 1.0")
    if given.top_k is not None and given.top_k <= 0:
        raise RequestInvalidError("`top_k` must be strictly positive")
    if given.typical_p is not None and not 0 < given.typical_p < 1:
        raise RequestInvalidError("`typical_p` must be > 0.0 and < 1.0")


def _sampling(given: GenerateParameters) -> Sampling:
    # As in TGI, a parameter that shapes the distribution switches sampling on, whatever `do_sample` says.
    shaped = given.temperature not in (None, 1) or (given.top_k, given.top_p, given.typical_p) != (None, None, None)
    seed = given.seed if given.seed is not None else secrets.randbits(63)
    return Sampling(
        seed=seed if given.do_sample or shaped else None,
        temperature=1.0 if given.temperature is None else given.temperature,
        top_k=given.top_k,
        top_p=given.top_p,
        typical_p=given.typical_p,
        repetition_penalty=given.repetition_penalty,
        frequency_penalty=given.frequency_penalty,
    )
