"""What a note on an order is about, so that support can route it."""

from avro_schemas.records import CommerceEvent
from streams.enrich.tasks.task import Task


def _text(event: CommerceEvent) -> str | None:
    if (note := event["note"]) is not None:
        # What WooCommerce writes itself asks for nothing.
        return None if note["by_system"] else note["content"].strip() or None
    order = event["order"]
    return order["customer_note"].strip() or None if order and event["event_type"] == "order_updated" else None


NOTE_INTENT = Task(
    name="note_intent",
    version="1",
    field="intent",
    labels=("delivery", "refund", "payment", "product", "account", "other"),
    text_of=_text,
    instruction="Classify notes on shop orders by intent: delivery, refund, payment, product, account or other.",
    examples=(
        ("Please leave the parcel with the neighbours at number 12.", "delivery"),
        ("I want my money back, the bank account is <IBAN_1>.", "refund"),
        ("The invoice should show another VAT number.", "payment"),
        ("One part is missing and the lamp has a scratch.", "product"),
        ("My e-mail address <EMAIL_1> is no longer valid.", "account"),
        ("Stock checked, nothing else to report.", "other"),
        ("Bitte bei <PERSON_1> im zweiten Stock abgeben.", "delivery"),
        ("Terugbetaling graag op <IBAN_1>.", "refund"),
    ),
)
