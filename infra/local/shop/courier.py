"""Takes deliveries to the gateway, once each, and writes into the ledger what became of them."""

from collections import Counter
from random import Random

from infra.local.shop.ledger import Ledger, WebhookFact
from infra.local.shop.poster import Answer, Poster
from infra.local.shop.webhook import Delivery


class Courier:
    """Posts and records. Without a poster (no webhook URL) nothing is sent and nothing recorded."""

    def __init__(self, poster: Poster | None, ledger: Ledger, drop: float, seed: int) -> None:
        """`drop` is the share of deliveries (0..1) that get lost on the way: WooCommerce would not send them again.

        The seed decides which, delivery by delivery, whatever else is under way.
        """
        self._poster = poster
        self._ledger = ledger
        self._drop = drop
        self._seed = seed
        self._due: Counter[tuple[str, int]] = Counter()

    async def send(self, delivery: Delivery) -> None:
        """Post one delivery and record the outcome; pings are never dropped."""
        if self._poster is None:
            return
        if delivery.topic != "ping" and self._is_dropped(delivery):
            self._ledger.write(_fact(delivery, None))
            return
        self._ledger.write(_fact(delivery, await self._poster.post(delivery)))

    def _is_dropped(self, delivery: Delivery) -> bool:
        which = delivery.topic, delivery.resource_id
        self._due[which] += 1
        number = f"{self._seed}/drops/{delivery.topic}/{delivery.resource_id}/{self._due[which]}"
        return Random(number).random() < self._drop


def _fact(delivery: Delivery, answer: Answer | None) -> WebhookFact:
    return WebhookFact(
        topic=delivery.topic,
        resource_id=delivery.resource_id,
        status=delivery.status,
        outcome=_outcome(answer),
        http_status=answer.status if answer else None,
        body_sha256=delivery.body_sha256,
        sent_at=answer.sent_at if answer else None,
        acknowledged_at=answer.answered_at if answer and answer.acknowledged else None,
    )


def _outcome(answer: Answer | None) -> str:
    if answer is None:
        return "dropped"
    if answer.status is None:
        return "failed"
    return "acknowledged" if answer.acknowledged else "refused"
