"""TGI's rules for parameters, with TGI's texts."""

from typing import Any

import pytest

from infra.local.model.errors import RequestInvalidError
from infra.local.model.validation import check_inputs, new_tokens_allowed, validate_parameters
from infra.local.model.wire.generate import CompatGenerateRequest, GenerateParameters, GenerateRequest

LIMIT = 2047


def validated(streamed: bool = False, **given: Any) -> Any:
    parameters = GenerateParameters.model_validate(given)
    return validate_parameters(parameters, max_input_tokens=LIMIT, streamed=streamed)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"temperature": 0.0}, "`temperature` must be strictly positive"),
        ({"temperature": -1.0}, "`temperature` must be strictly positive"),
        ({"top_p": 0.0}, "`top_p` must be > 0.0 and < 1.0"),
        ({"top_p": 1.0}, "`top_p` must be > 0.0 and < 1.0"),
        ({"typical_p": 1.0}, "`typical_p` must be > 0.0 and < 1.0"),
        ({"top_k": 0}, "`top_k` must be strictly positive"),
        ({"top_k": -1}, "`top_k` must be strictly positive"),
        ({"repetition_penalty": 0.0}, "`repetition_penalty` must be strictly positive"),
        ({"frequency_penalty": 2.5}, "`frequency_penalty` must be >= -2.0 and <= 2.0"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "`stop` supports up to 4 stop sequences. Given: 5"),
        ({"max_new_tokens": 0}, "`max_new_tokens` must be strictly positive"),
        ({"best_of": 2}, "`best_of` must be > 0 and <= 1. Given: 2"),
        ({"best_of": 0}, "`best_of` must be > 0 and <= 1. Given: 0"),
        ({"top_n_tokens": 6}, "`top_n_tokens` must be >= 0 and <= 5. Given: 6"),
        ({"truncate": 0}, "`truncate` must be strictly positive and less than 2047. Given: 0"),
        ({"truncate": 2048}, "`truncate` must be strictly positive and less than 2047. Given: 2048"),
        ({"grammar": {"type": "json", "value": {"type": "string"}}}, "Grammar must have a 'properties' field"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_tgi_s_text(given: dict[str, Any], text: str) -> None:
    with pytest.raises(RequestInvalidError) as caught:
        validated(**given)
    assert text in caught.value.message
    assert caught.value.message.startswith("Input validation error: ")


@pytest.mark.parametrize(
    "given",
    [
        {"temperature": 0.01},
        {"top_p": 0.99},
        {"typical_p": 0.5},
        {"top_k": 1},
        {"best_of": 1},
        {"stop": ["a", "b", "c", "d"]},
        {"frequency_penalty": -2.0},
        {"truncate": 2047},
        {"watermark": True},
        {"top_n_tokens": 5},
    ],
)
def test_a_parameter_at_the_edge_of_its_range_is_taken(given: dict[str, Any]) -> None:
    validated(**given)


def test_prompt_details_are_refused_on_streams_only() -> None:
    validated(decoder_input_details=True)
    with pytest.raises(RequestInvalidError, match="not supported when streaming tokens"):
        validated(streamed=True, decoder_input_details=True)


def test_nothing_is_sampled_unless_asked_for() -> None:
    assert validated().sampling.seed is None
    assert validated(seed=7).sampling.seed is None
    assert validated(temperature=1.0, seed=7).sampling.seed is None


@pytest.mark.parametrize("given", [{"do_sample": True}, {"temperature": 0.7}, {"top_k": 5}, {"top_p": 0.9}])
def test_a_parameter_that_shapes_the_distribution_switches_sampling_on(given: dict[str, Any]) -> None:
    assert validated(seed=7, **given).sampling.seed == 7


def test_a_missing_seed_is_drawn_anew_for_each_call() -> None:
    drawn = {validated(do_sample=True).sampling.seed for _ in range(8)}
    assert None not in drawn
    assert len(drawn) == 8


def test_sampling_is_on_without_parameters_and_off_with_empty_ones() -> None:
    assert GenerateRequest.model_validate_json('{"inputs":"a"}').parameters.do_sample
    assert not GenerateRequest.model_validate_json('{"inputs":"a","parameters":{}}').parameters.do_sample
    assert CompatGenerateRequest.model_validate_json('{"inputs":"a"}').parameters.do_sample


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(RequestInvalidError, match="`inputs` cannot be empty"):
        check_inputs("")


def test_a_prompt_must_leave_room_for_one_token() -> None:
    assert new_tokens_allowed(99, None, max_total_tokens=100) == 1
    with pytest.raises(RequestInvalidError, match=r"must have less than 99 tokens\. Given: 100"):
        new_tokens_allowed(100, None, max_total_tokens=100)


def test_prompt_and_answer_together_are_limited() -> None:
    assert new_tokens_allowed(60, 40, max_total_tokens=100) == 40
    with pytest.raises(RequestInvalidError, match="Given: 60 `inputs` tokens and 41 `max_new_tokens`"):
        new_tokens_allowed(60, 41, max_total_tokens=100)


def test_an_answer_of_no_given_length_ends_at_the_default() -> None:
    assert new_tokens_allowed(10, None, max_total_tokens=8192) == 1024
