"""What a note on an order is about, so that support can route it."""

from avro_schemas.records import CommerceEvent
from streams.enrich.tasks.task import Task


def _text(event: CommerceEvent) -> str | None:
    if (note := event["note"]) is not None:
        # What WooCommerce writes itself asks for nothing.
        return None if note["by_system"] else note["content"].strip() or None
    order = event["order"]
    return order["customer_note"].strip() or None if order else None


NOTE_INTENT = Task(
    name="note_intent",
    version="1",
    asks="Message",
    answers="Topic",
    labels=("delivery", "refund", "payment", "product", "account", "other"),
    text_of=_text,
    examples=(
        ("My parcel has still not arrived.", "delivery"),
        ("I want to send this back and get my money.", "refund"),
        ("I was charged two times.", "payment"),
        ("Is this jacket waterproof?", "product"),
        ("I cannot log in any more.", "account"),
        ("Thanks for the nice service!", "other"),
    ),
)
