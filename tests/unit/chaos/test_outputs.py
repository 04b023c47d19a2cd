"""What the books say that follows from an event: answers, baskets, revisions; and what stands where it must not."""

from collections.abc import Mapping
from typing import Any

from avro_schemas.schemas import SchemaName
from streams.delivery.message import Message
from streams.recommend.counting import baskets
from tests.chaos.reconcile.outputs import Outputs
from tests.fixtures.samples import AT
from tests.unit.audit.samples import order_event, review_event
from tests.unit.chaos.books import CODEC

EU, UK = "commerce.events.eu", "commerce.events.uk"


def _take(outputs: Outputs, topic: str, offset: int, name: SchemaName, record: Mapping[str, Any]) -> None:
    outputs.take(Message(topic, 0, offset, b"k", CODEC.encode(name, record), AT))


def test_an_orders_note_is_owed_one_answer_however_often_the_order_is_told() -> None:
    outputs = Outputs(CODEC)
    for number in (1, 2):
        _take(outputs, EU, number, "commerce_event", {**order_event(1), "event_id": f"event-{number}"})
    ((question),) = outputs.questions.values()
    assert len(question.result_ids) == 2
    assert (question.item.entity, question.item.entity_id, question.item.version) == ("order", "1", "note_intent")


def test_two_reviews_are_owed_two_answers_even_where_their_texts_agree() -> None:
    outputs = Outputs(CODEC)
    for number in (2, 3):
        _take(outputs, EU, number, "commerce_event", review_event(number))
    asked = [question.item.version for question in outputs.questions.values()]
    assert sorted(asked) == ["review_sentiment", "review_sentiment", "review_themes", "review_themes"]
    assert {len(question.result_ids) for question in outputs.questions.values()} == {1}


def test_an_event_written_again_is_a_repetition_and_in_another_region_a_defect() -> None:
    outputs = Outputs(CODEC)
    _take(outputs, EU, 1, "commerce_event", order_event(1))
    _take(outputs, EU, 5, "commerce_event", order_event(1))
    assert (outputs.repeated["commerce_event"], outputs.elsewhere) == (1, {})
    _take(outputs, UK, 3, "commerce_event", order_event(1))
    assert outputs.elsewhere["event-1"].place == f"{EU}[0]@1 and {UK}[0]@3"


def test_a_placed_order_owes_a_basket_a_product_and_a_repeated_basket_no_second_revision() -> None:
    outputs = Outputs(CODEC)
    _take(outputs, EU, 1, "commerce_event", order_event(1))
    assert {key.rsplit("/", 1)[0] for key in outputs.baskets} == {"eu/demo/7", "eu/demo/9"}
    for offset, basket in enumerate([*baskets(order_event(1)), *baskets(order_event(1))]):
        _take(outputs, "recommend.baskets", offset, "basket", basket)
    assert set(outputs.updates) == {"eu/demo/7/1", "eu/demo/9/1"}
    assert outputs.repeated["basket"] == 2


def test_poison_among_the_events_is_to_be_refused_by_all_who_read_them() -> None:
    outputs = Outputs(CODEC)
    outputs.take(Message(UK, 1, 4, b"k", b"no frame", AT))
    assert outputs.refused == {f"{UK}[1]@4": {"baskets", "enrich-uk", "enrich-batch-uk", "sink"}}
