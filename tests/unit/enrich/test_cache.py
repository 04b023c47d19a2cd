"""What was asked before is answered from memory, within its bytes, and says so on record."""

from dataclasses import replace

from streams.enrich.asking.cache import AnswerCache
from streams.enrich.tasks.note_intent import NOTE_INTENT
from tests.unit.enrich.events import note
from tests.unit.enrich.models import Model, Stand, answered

GOOD = answered(" refund")


async def test_a_repeated_question_is_answered_from_the_cache_with_a_record_and_without_tokens() -> None:
    stand = Stand(Model(GOOD), cache=AnswerCache(100_000))
    await stand.once(note("I want my money back"))
    again = note("I want my money back")
    again["event_id"] = "e2"
    await stand.once(again, headers=())
    first, second = stand.calls
    assert (first["cache"], second["cache"]) == ("miss", "hit")
    assert (second["input_tokens"], second["output_tokens"], second["total_us"]) == (None, None, 0)
    assert second["call_id"] != first["call_id"]
    assert [result["label"] for result in stand.results] == ["refund", "refund"]
    assert stand.results[1]["cache"] == "hit"
    assert len(stand.model.requests) == 1


async def test_another_text_version_or_model_is_another_question() -> None:
    cache = AnswerCache(100_000)
    await Stand(Model(GOOD), cache=cache).once(note("a"))
    for other in (
        Stand(Model(GOOD), cache=cache, tasks=(replace(NOTE_INTENT, version="next"),)),
        Stand(Model(GOOD), cache=cache),
    ):
        await other.once(note("a" if other.tasks[0].version == "next" else "b"))
        assert len(other.model.requests) == 1


async def test_an_invalid_answer_is_not_kept() -> None:
    cache = AnswerCache(100_000)
    await Stand(Model(answered("?"), answered("?")), cache=cache).once(note("a"))
    again = Stand(Model(GOOD), cache=cache)
    await again.once(note("a"))
    assert again.result["label"] == "refund"
    assert len(again.model.requests) == 1


async def test_a_blocked_prompt_is_blocked_though_the_answer_is_known() -> None:
    cache = AnswerCache(100_000)
    event = note("A. van der Meulen wil ruilen")
    await Stand(Model(GOOD), cache=cache).once(event, headers=())
    told = Stand(Model(), cache=cache)
    await told.once(event)
    assert told.calls[0]["outcome"] == "blocked"


def test_the_least_recently_used_answer_goes_when_bytes_run_out() -> None:
    cache = AnswerCache(2_000)
    for key in (b"a", b"b", b"c"):
        cache.put(key, answered("x" * 50))
    assert cache.get(b"a") is not None, "so that b is the one that was used longest ago"
    cache.put(b"d", answered("x" * 50))
    assert [cache.get(key) is not None for key in (b"a", b"b", b"c", b"d")] == [True, False, True, True]


def test_an_answer_larger_than_the_cache_is_not_kept_and_size_zero_keeps_none() -> None:
    cache = AnswerCache(1_000)
    cache.put(b"a", answered("x" * 5_000))
    assert cache.get(b"a") is None
    off = AnswerCache(0)
    off.put(b"a", answered("x"))
    assert (off.on, off.get(b"a")) == (False, None)
