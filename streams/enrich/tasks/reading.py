"""Reading commerce events: the texts that tasks ask about, and the language they are in."""

from avro_schemas.records import CommerceEvent
from streams.enrich.tasks.step import Source
from streams.redact.detect.words.languages import languages, likeliest

# In which language a shopper of a country is written to; a country with several has none that is sure.
_SPOKEN = {
    **dict.fromkeys(("NL",), "nl"),
    **dict.fromkeys(("DE", "AT", "LI"), "de"),
    **dict.fromkeys(("FR", "MC"), "fr"),
    **dict.fromkeys(("ES",), "es"),
    **dict.fromkeys(("IT", "SM", "VA"), "it"),
    **dict.fromkeys(("GB", "IE", "MT", "US"), "en"),
}


def of_text(text: str) -> Source | None:
    """A text with the language that both looks take it for, if they agree; None when there is no text."""
    found = text.strip()
    if not found:
        return None
    seems = likeliest(found)
    return Source(found, seems if seems in languages(found) else None)


def review(event: CommerceEvent) -> Source | None:
    """A review's text."""
    found = event["review"]
    return of_text(found["content"]) if found else None


def note(event: CommerceEvent) -> Source | None:
    """A note on an order, by the customer or the shop's people; what WooCommerce writes itself asks for nothing."""
    if (found := event["note"]) is not None:
        return None if found["by_system"] else of_text(found["content"])
    order = event["order"]
    return of_text(order["customer_note"]) if order else None


def product(event: CommerceEvent) -> Source | None:
    """A product that is on sale: its name and its categories; variations repeat their parent's."""
    found = event["product"]
    if found is None or found["parent_id"] or found["status"] != "publish" or not found["name"].strip():
        return None
    categories = ", ".join(found["categories"])
    return of_text(f"{found['name']} ({categories})" if categories else found["name"])


def abandoned_cart(event: CommerceEvent) -> Source | None:
    """The language of a shopper whose cart was left: the message needs to know nothing else."""
    if event["event_type"] != "cart_abandoned" or event["subject"] is None:
        return None
    language = _SPOKEN.get(event["country"] or "")
    return Source("", language) if language else None
