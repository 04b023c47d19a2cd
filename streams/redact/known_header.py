"""The Kafka header in which redaction tells the last gate what is known of an event's subject, blinded.

A header and no field: it serves the gate, and lands in no table. One version byte, the name of the gate's key (8
characters), the fingerprints in order of their bytes, which is no order of values. An event that nothing is known of
has one without fingerprints: it tells that the gate need not look, where a missing one does not.

No header: the event is older than the gate's second half, or was put there by hand; patterns alone look at it, and that
is counted. It is not refused: who may write to the topic without a header may write any text there, too. A header that
cannot be read is refused, since it says that something is known.
"""

from collections.abc import Sequence

from streams.delivery.message import Headers
from streams.redact.blinding import MAX_FINGERPRINTS, SIZE, Blinded, blind
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.redact.values import KnownValue

HEADER = "inland.known"
_VERSION = b"\x01"
_NAME = 8
_PURPOSE = b"inland gate: fingerprints of known values"


class KnownHeaderError(ValueError):
    """A header that cannot be read. The message names rule and remedy, never a fingerprint."""


class KnownHeader:
    """Writes and reads the header under the gate's keys, which are no region's: who checks prompts makes no token."""

    def __init__(self, keys: RegionKeys) -> None:
        """`keys`: the gate's, one or more a region; the newest blinds, all are recognised."""
        self._keys = keys

    def write(self, region: str, event_id: str, known: Sequence[KnownValue], country: str | None) -> Headers:
        """The header of one event; RegionKeyError when the region has no gate key."""
        version = self._keys.versions(region)[0]
        blinded = blind(known, country, event_id, self._key(region, version))
        return ((HEADER, _VERSION + version.encode() + b"".join(sorted(blinded.fingerprints))),)

    def read(self, region: str, event_id: str, headers: Headers) -> Blinded | None:
        """What the headers of an event tell of its subject; None when they tell nothing. KnownHeaderError."""
        match [value for name, value in headers if name == HEADER]:
            case []:
                return None
            case [value]:
                return self._opened(region, event_id, value)
        raise KnownHeaderError(f"two headers {HEADER}: see which producer wrote the event")

    def _opened(self, region: str, event_id: str, value: bytes) -> Blinded:
        head = len(_VERSION) + _NAME
        prints, rest = divmod(len(value) - head, SIZE)
        if value[:1] != _VERSION or prints not in range(MAX_FINGERPRINTS + 1) or rest:
            raise KnownHeaderError(f"header {HEADER} is not of version {_VERSION[0]}: upgrade the enrich workers first")
        version = value[1:head].decode("ascii", errors="replace")
        try:
            key = self._key(region, version)
        except RegionKeyError:
            raise KnownHeaderError(
                f"region {region} has no gate key of the header's name: give the enrich workers the redact workers' "
                "gate keys, restart them, and replay"
            ) from None
        cuts = range(head, len(value), SIZE)
        return Blinded(frozenset(value[at : at + SIZE] for at in cuts), event_id, key)

    def _key(self, region: str, version: str) -> bytes:
        return self._keys.subkey(region, version, _PURPOSE)

    def __repr__(self) -> str:
        return "KnownHeader()"
