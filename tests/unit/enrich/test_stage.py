"""Every attempt is on record; what is down is waited for; what is another region's or cannot be read is refused."""

import pytest

from streams.delivery.failure import UnavailableError
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.metrics import PROMPTS_BLOCKED, PROMPTS_BY_PATTERNS
from streams.redact.known_header import HEADER
from tests.unit.enrich.events import AT, cart, note, order, product, review
from tests.unit.enrich.models import BUSY, TIMEOUT, TOLD, Model, Stand, answered, failed

GOOD = answered(" refund")


async def test_a_note_gets_its_label_and_the_call_its_record() -> None:
    stand = Stand(Model(GOOD))
    await stand.once(note("I want my money back"))
    (call,) = stand.calls
    assert (call["outcome"], call["attempt"], call["gate"], call["answer_gate"]) == ("answered", 1, "passed", "passed")
    assert (call["priority"], call["policy_hash"], call["cache"]) == ("checkout", "policy", "off")
    assert "I want my money back" in call["prompt"]
    assert (stand.result["label"], stand.result["answer"]) == ("refund", '{"intent":"refund"}')
    assert (stand.result["call_id"], stand.result["language"]) == (call["call_id"], "en")


@pytest.mark.parametrize("text", ["", "holiday", "refund delivery", "Refund", '{"intent": "refund"}'])
async def test_an_invalid_answer_is_repaired_once_then_stays_unanswered(text: str) -> None:
    stand = Stand(Model(answered(text), answered(text)))
    await stand.once(note("hm"))
    assert [call["outcome"] for call in stand.calls] == ["invalid_answer", "invalid_answer"]
    assert (stand.result["status"], stand.result["label"], stand.result["answer"]) == ("unanswered", None, None)


async def test_the_repair_has_another_seed_and_says_what_was_wrong_the_same_way_each_time() -> None:
    first, second = Model(answered("?"), GOOD), Model(answered("!"), GOOD)
    stand = Stand(first)
    await stand.once(note("hm"))
    await Stand(second).once(note("hm"))
    assert [request.parameters.seed for request in first.requests] == [1, 2]
    assert first.prompts == second.prompts
    assert first.prompts[0] != first.prompts[1]
    assert "Note: answer only in the form of the examples." in first.prompts[1]
    assert [call["error_type"] for call in stand.calls] == ["answer_not_allowed", None]
    assert stand.result["label"] == "refund"


async def test_an_overloaded_server_is_asked_again_and_each_refusal_is_on_record() -> None:
    stand = Stand(Model(BUSY, BUSY, BUSY, GOOD))
    await stand.once(note("hm"))
    assert [call["outcome"] for call in stand.calls] == ["overloaded"] * 3 + ["answered"]
    assert [call["attempt"] for call in stand.calls] == [1, 2, 3, 4]
    assert len({call["call_id"] for call in stand.calls}) == 4


async def test_an_answer_is_kept_while_another_question_about_the_event_waits() -> None:
    event = note("hm")
    event["review"] = review("good")["review"]
    away = UnavailableError("the model server of eu")
    stand = Stand(
        Model(GOOD, answered(" positive"), away, away, answered(" good"), answered(" happy"), answered(" quality"))
    )
    with pytest.raises(UnavailableError):
        await stand.once(event)
    assert [result["task"] for result in stand.results] == ["note_intent"], "what is known is written"
    await stand.patiently(event)
    asked = [(call["task"], call["outcome"]) for call in stand.calls]
    assert asked == [
        ("note_intent", "answered"),
        *[("review_sentiment", "answered")] * 3,
        ("review_themes", "answered"),
    ]
    assert {result["task"]: result["label"] for result in stand.results} == {
        "note_intent": "refund",
        "review_sentiment": "positive",
        "review_themes": "quality",
    }


async def test_the_same_attempt_at_another_step_has_another_call_id() -> None:
    stand = Stand(Model(*map(answered, (" positive", " bad", " happy", " quality"))))
    await stand.once(review("hm"))
    assert [call["attempt"] for call in stand.calls] == [1, 1, 1, 1]
    assert len({call["call_id"] for call in stand.calls}) == 4
    assert stand.results[0]["label"] == "neutral"


async def test_a_refusal_for_good_leaves_the_event_unanswered() -> None:
    stand = Stand(Model(failed("failed", "http_404", may_pass=False)))
    await stand.once(note("hm"))
    assert stand.result["status"] == "unanswered"
    assert stand.calls[0]["error_type"] == "http_404"


async def test_a_prompt_that_the_server_finds_too_long_is_cut_to_half_once_and_the_cut_is_on_record() -> None:
    too_long = failed("failed", "ValidationError", may_pass=False)
    stand = Stand(Model(too_long, GOOD))
    await stand.once(note("word " * 100))
    assert [call["prompt_cut"] for call in stand.calls] == [0, pytest.approx(250, abs=6)]
    assert stand.result["label"] == "refund"
    stand = Stand(Model(too_long, too_long))
    await stand.once(note("word " * 100))
    assert (len(stand.calls), stand.result["status"]) == (2, "unanswered")


async def test_a_server_that_never_answers_is_tried_twice() -> None:
    stand = Stand(Model(TIMEOUT, TIMEOUT))
    await stand.once(note("hm"))
    assert [call["outcome"] for call in stand.calls] == ["timeout", "timeout"]
    assert stand.result["status"] == "unanswered"


async def test_personal_data_in_a_prompt_is_stopped_recorded_and_not_kept() -> None:
    stand = Stand(Model())
    await stand.once(note("mail me at ann@shop.example"))
    assert stand.model.prompts == []
    (call,) = stand.calls
    assert (call["outcome"], call["gate"], call["prompt"]) == ("blocked", "blocked", "")
    assert call["error_type"] == "personal_data_in_prompt: email"
    assert stand.result["status"] == "unanswered"


async def test_a_value_of_the_subject_that_redaction_missed_is_stopped_though_no_pattern_knows_it() -> None:
    stand, counted = Stand(Model()), PROMPTS_BLOCKED.labels("note_intent", "known_value")
    before = counted._value.get()
    await stand.once(note("A. van der Meulen wil de lamp ruilen"))
    assert stand.model.prompts == []
    assert stand.calls[0]["error_type"] == "personal_data_in_prompt: known_value"
    assert counted._value.get() == before + 1


async def test_an_event_without_the_header_is_looked_at_by_patterns_alone_and_counted_once() -> None:
    counted = PROMPTS_BY_PATTERNS.labels("note_intent")
    before = counted._value.get()
    stand = Stand(Model(BUSY, GOOD))
    await stand.once(note("A. van der Meulen wil ruilen"), headers=())
    assert [call["gate"] for call in stand.calls] == ["passed", "passed"]
    assert counted._value.get() == before + 1


async def test_an_event_whose_header_cannot_be_read_is_refused_and_no_model_sees_it() -> None:
    stand = Stand(Model(GOOD))
    with pytest.raises(RefusedError, match="gate: what is known of the subject cannot be read"):
        await stand.once(note("hm"), headers=((HEADER, b"\x02" + TOLD[0][1][1:]),))
    assert stand.model.prompts == []


@pytest.mark.parametrize(
    "event",
    [
        note("Stock reduced", by_system=True),
        note("  "),
        product("Lamp", parent_id=4),
        product("Lamp", status="draft"),
        cart("NL", "cart_updated"),
        cart("BE"),
        cart(None),
    ],
)
async def test_an_event_that_asks_nothing_needs_no_header_that_can_be_read(event: object) -> None:
    stand = Stand(Model())
    await stand.once(event, headers=((HEADER, b""),))  # type: ignore[arg-type]  # parametrised
    assert stand.written == []


async def test_placeholders_pass_the_gate() -> None:
    stand = Stand(Model(GOOD))
    await stand.once(note("mail <PERSON_1> at <EMAIL_1> or <PHONE_1>, bank <IBAN_1>"))
    assert stand.calls[0]["gate"] == "passed"
    assert "mail <PERSON_1> at <EMAIL_1>" in stand.model.prompts[0]


async def test_an_event_of_another_region_is_refused_and_no_model_sees_it() -> None:
    event = note("hm")
    event["region"] = "ch"
    stand = Stand(Model(GOOD))
    with pytest.raises(RefusedError, match="another region among those of eu"):
        await stand.once(event)
    assert stand.model.prompts == []


async def test_what_is_no_event_is_refused() -> None:
    stand = Stand(Model())
    with pytest.raises(RefusedError, match="codec"):
        await stand.stage.process(Message("commerce.events.eu", 0, 5, None, b"?", AT, ()), object())  # type: ignore[arg-type]


async def test_an_orders_note_is_read_once_however_often_the_order_is_told() -> None:
    table: dict[str, State] = {}
    stand = Stand(Model(GOOD), table=table)
    await stand.once(order("to the neighbours please"))
    await stand.once(order("to the neighbours please", "order_status_changed"))
    assert len(stand.calls) == 1
    assert "neighbours" not in repr(table)


async def test_a_note_whose_first_attempt_failed_is_read_all_the_same() -> None:
    stand = Stand(Model(UnavailableError("the model server of eu"), GOOD), table={})
    await stand.patiently(order("to the neighbours please"))
    assert [call["outcome"] for call in stand.calls] == ["answered"]


async def test_call_ids_are_derived() -> None:
    once, again = Stand(Model(GOOD)), Stand(Model(GOOD))
    await once.once(note("x"))
    await again.once(note("x"))
    assert once.calls[0]["call_id"] == again.calls[0]["call_id"]
    assert NOTE_INTENT.name == "note_intent"
