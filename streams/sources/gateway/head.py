"""What the headers of a request say, checked. Pure.

WooCommerce signs the body alone, so that a header proves nothing; but it decides how the body is read and remembered.
"""

import re
from typing import Protocol

from streams.sources.gateway.rejected import Rejected

TOPIC, SIGNATURE = "X-WC-Webhook-Topic", "X-WC-Webhook-Signature"
WEBHOOK_ID, DELIVERY_ID = "X-WC-Webhook-ID", "X-WC-Webhook-Delivery-ID"
_ONCE = (SIGNATURE, TOPIC, WEBHOOK_ID, DELIVERY_ID, "Content-Type", "Content-Encoding")

LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_USUAL = frozenset({"", "application/json"})
_TOKEN = re.compile(r"[0-9A-Za-z_-]{0,64}", re.ASCII)
_JSON = re.compile(r"application/json\s*(?:;\s*charset\s*=\s*\"?(?:utf-?8|us-ascii)\"?\s*;?\s*)?", re.ASCII | re.I)


class Headers(Protocol):
    """Headers as aiohttp gives them: names in any case, values as often as they were sent."""

    def get(self, key: str, /, default: str) -> str:
        """The first value of a name."""

    def getall(self, key: str, /, default: list[str]) -> list[str]:
        """Every value of a name."""


def refuse_ambiguous(headers: Headers) -> None:
    """Rejected when a header that decides something stands there twice: a proxy may have read the other one."""
    for name in _ONCE:
        if len(headers.getall(name, [])) > 1:
            raise Rejected(400, "repeated_header", f"send {name} once: see what adds to the request on its way")


def refuse_encoded(headers: Headers) -> None:
    """Rejected when the body is not the bytes themselves: nothing is ever unpacked here."""
    encoding = headers.get("Content-Encoding", "")
    if encoding and encoding.strip().lower() != "identity":
        raise Rejected(415, "content_encoding", "send the body as it is: WooCommerce compresses none")


def refuse_foreign(headers: Headers) -> None:
    """Rejected when the body is said to be something else than JSON in UTF-8."""
    kind = headers.get("Content-Type", "")
    if kind not in _USUAL and not _JSON.fullmatch(kind.strip()):
        raise Rejected(415, "content_type", "send application/json in UTF-8, as WooCommerce does")


def webhook_id(headers: Headers) -> int:
    """Number of the webhook in its shop."""
    value = headers.get(WEBHOOK_ID, "")
    if not _NUMBER.fullmatch(value) or (number := int(value)) > LARGEST_ID:
        raise Rejected(400, "bad_header", f"{WEBHOOK_ID} must be the webhook's number, as WooCommerce sends it")
    return number


def delivery_id(headers: Headers) -> str:
    """Name of the delivery; empty when the shop gives none."""
    value = headers.get(DELIVERY_ID, "")
    if not _TOKEN.fullmatch(value):
        raise Rejected(400, "bad_header", f"{DELIVERY_ID} must be letters and digits, as WooCommerce sends it")
    return value
