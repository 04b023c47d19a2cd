"""The two halves of recommendation: orders to baskets by product, baskets to counts and updates."""

from collections.abc import Sequence
from typing import cast

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import Basket, CommerceEvent, RecommendationUpdate
from streams.clock import now
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State, StateView
from streams.recommend import counting
from topics.names import RECOMMEND_BASKETS, RECOMMENDATION_UPDATES, consumer_group

_REMEDY = "see which producer wrote it; replay when mended"


class BasketStage:
    """Commerce events to baskets: brings every order that holds a product to the worker that counts it."""

    name = "baskets"
    group = consumer_group("recommend")
    deadline_s = 10.0
    concurrency = 1

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        try:
            event: CommerceEvent = self._codec.decode("commerce_event", message.value)
        except WireError as error:
            raise RefusedError(f"codec: {error}", _REMEDY, WireError) from None
        return [
            Output(RECOMMEND_BASKETS, _key(basket), self._codec.encode("basket", basket))
            for basket in counting.baskets(event)
        ]


class CountStage:
    """Baskets to counts; an update when a product's list has changed."""

    name = "recommend"
    group = consumer_group("recommend")
    deadline_s = 10.0
    concurrency = 1

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        try:
            basket: Basket = self._codec.decode("basket", message.value)
        except WireError as error:
            raise RefusedError(f"codec: {error}", _REMEDY, WireError) from None
        key = _key(basket).decode()
        before = cast(counting.Counts | None, state.get(key))
        after = counting.count(before, basket)
        if after is None:
            return []
        state.put(key, cast(State, after))
        if after["revision"] == (before["revision"] if before else 0):
            return []
        return [
            Output(
                RECOMMENDATION_UPDATES,
                key.encode(),
                self._codec.encode("recommendation_update", _update(after, basket)),
            )
        ]


def _key(basket: Basket) -> bytes:
    return f"{basket['region']}/{basket['shop_id']}/{basket['product_id']}".encode()


def _update(state: counting.Counts, basket: Basket) -> RecommendationUpdate:
    return RecommendationUpdate(
        shop_id=basket["shop_id"],
        region=basket["region"],
        product_id=basket["product_id"],
        revision=state["revision"],
        event_id=basket["event_id"],
        items=counting.items(state),
        captured_at=basket["captured_at"],
        updated_at=now(),
    )
