"""The JSON of llama.cpp's server."""

from infra.local.model.domain import Job, Parameters, Sampling
from infra.local.model.llama import completion_request, read_answer, read_pieces, read_stream_token

SPECIALS = {2: "<|im_end|>"}
GREEDY = Sampling(seed=None)


def job(parameters: Parameters) -> Job:
    return Job(prompt=(1, 2), max_new_tokens=3, parameters=parameters)


def test_a_greedy_call_takes_the_likeliest_token() -> None:
    body = completion_request(job(Parameters(GREEDY)), stream=False)
    assert body["temperature"] == 0.0
    assert "seed" not in body
    assert body["prompt"] == [1, 2]
    assert body["n_probs"] == 0


def test_a_sampled_call_names_its_seed_and_switches_off_what_was_not_asked_for() -> None:
    body = completion_request(job(Parameters(Sampling(seed=7, temperature=0.5))), stream=False)
    assert (body["seed"], body["temperature"], body["top_k"], body["top_p"], body["typical_p"]) == (7, 0.5, 0, 1.0, 1.0)
    assert body["min_p"] == 0.0


def test_no_seed_turns_into_the_one_that_means_random() -> None:
    for seed in (2**32 - 1, 2**64 - 1, 2 * (2**32 - 1)):
        assert completion_request(job(Parameters(Sampling(seed=seed))), stream=False)["seed"] < 2**32 - 1


def test_penalties_look_at_the_whole_text_as_in_tgi() -> None:
    body = completion_request(job(Parameters(Sampling(seed=None, repetition_penalty=1.2))), stream=False)
    assert (body["repeat_last_n"], body["repeat_penalty"], body["frequency_penalty"]) == (5, 1.2, 0.0)
    assert "repeat_penalty" not in completion_request(job(Parameters(GREEDY)), stream=False)


def test_stop_sequences_of_a_stream_stay_with_its_reader() -> None:
    parameters = Parameters(GREEDY, stop=("x",))
    assert completion_request(job(parameters), stream=False)["stop"] == ["x"]
    assert "stop" not in completion_request(job(parameters), stream=True)


def test_an_answer_keeps_the_stop_sequence_as_in_tgi() -> None:
    answer = read_answer(
        {
            "content": "positive",
            "stopping_word": "\n",
            "stop_type": "word",
            "tokens": [5, 6],
            "tokens_predicted": 2,
            "timings/prompt_ms": 20.0,
            "timings/predicted_ms": 5.0,
        },
        SPECIALS,
    )
    assert (answer.text, answer.finish_reason, answer.tokens) == ("positive\n", "stop_sequence", ())
    assert (answer.prefill_s, answer.decode_s) == (0.02, 0.005)


def test_tokens_inside_a_character_are_listed_with_the_text_on_the_last_of_them() -> None:
    probabilities = [
        {"id": 218, "token": "😀", "logprob": -1.0, "top_logprobs": [{"id": 9, "token": "x", "logprob": -0.5}]},
        {"id": 2, "token": "", "logprob": -2.0, "top_logprobs": []},
    ]
    answer = read_answer(
        {
            "content": "😀",
            "stopping_word": "",
            "stop_type": "eos",
            "tokens": [10813, 242, 218, 2],
            "tokens_predicted": 4,
            "timings/prompt_ms": 1.0,
            "timings/predicted_ms": 1.0,
            "completion_probabilities": probabilities,
        },
        SPECIALS,
    )
    assert [token.chosen.text for token in answer.tokens] == ["", "", "😀", "<|im_end|>"]
    assert [token.chosen.special for token in answer.tokens] == [False, False, False, True]
    assert answer.tokens[2].top[0].text == "x"


def test_a_stream_s_token_counts_the_tokens_that_were_held_back() -> None:
    probability = {"id": 218, "token": "😀", "logprob": -1.0, "top_logprobs": []}
    event = {"content": "😀", "tokens": [218], "tokens_predicted": 3, "completion_probabilities": [probability]}
    token = read_stream_token(event, SPECIALS)
    assert (token.index, token.chosen.id, token.chosen.text) == (2, 218, "😀")


def test_a_piece_may_be_part_of_a_character() -> None:
    pieces = read_pieces({"tokens": [{"id": 1, "piece": "é"}, {"id": 2, "piece": [240, 159]}]})
    assert [piece.data for piece in pieces] == ["é".encode(), b"\xf0\x9f"]
