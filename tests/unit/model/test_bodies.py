"""Request bodies: strict types, and errors that repeat nothing."""

import pytest

from infra.local.model.bodies import parse_body
from infra.local.model.errors import MalformedBodyError
from infra.local.model.wire.generate import GenerateRequest
from infra.local.model.wire.openai import ChatRequest

SECRET = "Jansen-0612345678"


@pytest.mark.parametrize(
    "body",
    [
        "",
        f"{SECRET}",
        f'{{"inputs": {SECRET}}}',
        "{}",
        "[]",
        '{"inputs": 3}',
        f'{{"inputs": ["{SECRET}"]}}',
        f'{{"inputs": "a", "parameters": {{"max_new_tokens": "{SECRET}"}}}}',
        '{"inputs": "a", "parameters": {"max_new_tokens": -1}}',
        '{"inputs": "a", "parameters": {"seed": -1}}',
        '{"inputs": "a", "parameters": {"temperature": "1"}}',
        '{"inputs": "a", "parameters": {"temperature": 1e999}}',
        '{"inputs": "a", "parameters": {"do_sample": 1}}',
        '{"inputs": "a", "parameters": null}',
        '{"inputs": "a", "parameters": {"grammar": {"type": "gbnf", "value": "x"}}}',
        f'{{"inputs": "a", "parameters": {{"stop": "{SECRET}"}}}}',
    ],
)
def test_a_body_of_another_shape_is_refused_and_not_repeated(body: str) -> None:
    with pytest.raises(MalformedBodyError) as caught:
        parse_body(body.encode(), GenerateRequest)
    assert SECRET not in caught.value.message
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_that_the_caller_chose_is_not_repeated() -> None:
    with pytest.raises(MalformedBodyError) as caught:
        parse_body(f'{{"messages": [{{"role": 1, "{SECRET}": 2}}]}}'.encode(), ChatRequest)
    assert SECRET not in caught.value.message


def test_unknown_keys_are_ignored_as_in_tgi() -> None:
    assert parse_body(b'{"inputs": "a", "model": "x", "parameters": {"nonsense": 1}}', GenerateRequest).inputs == "a"


def test_null_means_absent() -> None:
    parameters = parse_body(b'{"inputs": "a", "parameters": {"top_p": null, "stop": []}}', GenerateRequest).parameters
    assert parameters.top_p is None
