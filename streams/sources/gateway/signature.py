"""WooCommerce's webhook signature: base64(HMAC-SHA256(raw body, secret)) in X-WC-Webhook-Signature.

Source: WooCommerce, class WC_Webhook, method generate_signature.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable


def sign(body: bytes, secret: bytes) -> str:
    """Signature of a raw body."""
    return base64.b64encode(hmac.digest(secret, body, hashlib.sha256)).decode()


def verify(body: bytes, signature: str, secrets: Iterable[bytes]) -> bool:
    """Whether one of the secrets signed the body. Constant time for each secret; every secret is tried."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    matches = [hmac.compare_digest(hmac.digest(secret, body, hashlib.sha256), given) for secret in secrets]
    return any(matches)
