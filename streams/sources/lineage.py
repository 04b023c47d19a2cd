"""Where a change was read, and when it was captured."""

from dataclasses import dataclass
from datetime import datetime

from avro_schemas.records import CapturedEvent, Entity, EventType, Route
from streams.delivery.message import Message
from streams.sources.identity import event_id


@dataclass(frozen=True, slots=True)
class Lineage:
    """Origin of an event: shop, route, place in Kafka, time of capture."""

    shop_id: str
    route: Route
    topic: str
    partition: int
    offset: int
    captured_at: datetime

    @classmethod
    def of(cls, message: Message, shop_id: str, route: Route, captured_at: datetime) -> "Lineage":
        """Lineage of a message."""
        return cls(shop_id, route, message.topic, message.partition, message.offset, captured_at)

    def event(  # noqa: PLR0913  # the header of every event, said once
        self,
        kind: EventType,
        entity: Entity,
        entity_id: int,
        version: str,
        occurred_at: datetime,
        *,
        subject: str | None = None,
        country: str = "",
    ) -> CapturedEvent:
        """A captured event with its header filled and no content yet."""
        return CapturedEvent(
            event_id=event_id(self.shop_id, entity, entity_id, version),
            event_type=kind,
            shop_id=self.shop_id,
            entity=entity,
            entity_id=entity_id,
            version=version,
            route=self.route,
            late=False,
            source_topic=self.topic,
            source_partition=self.partition,
            source_offset=self.offset,
            country=country.strip().upper() or None,
            created_at=None,
            occurred_at=occurred_at,
            captured_at=self.captured_at,
            subject=subject,
            order=None,
            note=None,
            review=None,
            customer=None,
            product=None,
            coupon=None,
            cart=None,
            option=None,
        )
