"""The small pure parts: pauses, grammars, what servers state."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.enrich.client.answer import milliseconds, number
from streams.enrich.client.closed_schema import closed
from streams.enrich.client.gbnf import GrammarError, grammar_of
from streams.enrich.client.info import of_openai, of_tgi
from streams.enrich.client.retry import FIRST_S, LONGEST_S, pause_s


def test_objects_are_closed_at_every_depth_unless_the_schema_says_otherwise() -> None:
    leaf = {"type": "object", "properties": {"a": {"type": "string"}}}
    opened = {**leaf, "additionalProperties": True}
    given_schema = {"properties": {"many": {"items": leaf}, "open": opened}, "anyOf": [leaf]}
    shut = {**leaf, "additionalProperties": False}
    assert closed(given_schema) == {
        "properties": {"many": {"items": shut}, "open": opened},
        "anyOf": [shut],
        "additionalProperties": False,
    }


@given(st.integers(1, 10_000), st.randoms(use_true_random=False))
def test_a_pause_lies_below_a_bound_that_doubles_to_a_cap(attempt: int, chance: random.Random) -> None:
    assert 0 <= pause_s(attempt, chance) <= min(LONGEST_S, FIRST_S * 2 ** min(attempt - 1, 20))


def test_pauses_are_spread_over_the_whole_range() -> None:
    chance = random.Random(1)
    pauses = [pause_s(30, chance) for _ in range(1000)]
    assert min(pauses) < LONGEST_S * 0.05
    assert max(pauses) > LONGEST_S * 0.95


@pytest.mark.parametrize(
    ("regex", "grammar"),
    [
        ("^a|b$", 'root ::= "a" | "b"'),
        (r"(?:ja|nein)\.", 'root ::= ( "j" "a" | "n" "e" "i" "n" ) "."'),
        (r"\d{1,3}", "root ::= [0-9] {1,3}"),
        (r"[^\n]+", r"root ::= [^\n] +"),
        ('"', 'root ::= "\\""'),
        ("a?b*", 'root ::= "a" ? "b" *'),
        (r"\n.", r'root ::= "\n" [^\n\r]'),
    ],
)
def test_a_regex_becomes_a_grammar_of_the_same_texts(regex: str, grammar: str) -> None:
    assert grammar_of(regex) == grammar


@pytest.mark.parametrize("regex", ["", "(", "(?=a)b", "(?P<n>a)", r"(a)\1", r"\bword", "a+?", "a^b", "a$b", r"[\d]"])
def test_what_has_no_equal_grammar_is_refused(regex: str) -> None:
    with pytest.raises(GrammarError):
        grammar_of(regex)


@given(st.text(min_size=1).map(re.escape))
def test_every_literal_text_has_a_grammar(regex: str) -> None:
    assert grammar_of(regex).startswith("root ::= ")


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.integers())))
def test_whatever_a_server_states_is_a_count_or_nothing(value: object) -> None:
    for read in (number(value), milliseconds(value)):
        assert read is None or 0 <= read < 2**63


def test_the_model_that_the_policy_names_is_looked_for_among_those_served() -> None:
    served = {"data": [{"id": "a"}, {"id": "b"}]}
    assert of_openai(served, None, None).model_id == "a"
    assert of_openai(served, "b", None).model_id == "b"
    with pytest.raises(LookupError, match="does not serve the model that the policy names"):
        of_openai(served, "c", None)


def test_a_server_without_a_model_s_name_has_told_nothing() -> None:
    with pytest.raises(LookupError, match="does not say which model"):
        of_tgi({"model_id": ""})
