"""From a captured event to the records that may leave the restricted zone: region, redaction, encoding. Pure but for
the clock, so that the agent and a replay do the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent
from streams.delivery.message import Headers, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.metrics import FINDINGS
from streams.redact.errors import WithheldError
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeyError
from streams.redact.redactor import Redaction, Redactor
from streams.redact.values import KnownValue
from streams.redact.vault.keeper import Keeper, Kept
from streams.redact.vault.record import VaultError
from streams.redact.vault.seal import name_of
from streams.residency.policy import NoRegionError, Residency
from streams.sources.shops import Shop
from topics.names import PRIVACY_FINDINGS, PRIVACY_VAULT, commerce_events


class Publisher:
    """Redacts an event under its region's rules and encodes what came of it."""

    def __init__(  # noqa: PLR0913, PLR0917  # put together in streams.redact.wiring alone
        self,
        shops: Mapping[str, Shop],
        residency: Residency,
        redactor: Redactor,
        keeper: Keeper,
        known: KnownHeader,
        codec: Codec,
    ) -> None:
        self._shops = shops
        self._residency = residency
        self._redactor = redactor
        self._keeper = keeper
        self._known = known
        self._codec = codec

    def redact(self, event: CapturedEvent, known: Sequence[KnownValue], redacted_at: datetime) -> Redaction:
        """The redacted event and its findings; RefusedError when no rule allows it or it cannot be redacted surely."""
        shop = self._shops.get(event["shop_id"])
        if shop is None:
            raise RefusedError("sources: a shop that the shops file does not name", "name it there, then replay")
        try:
            region = self._residency.region(event["event_type"], event["country"], shop.home_country)
            return self._redactor.redact(event, region=region, known=known, redacted_at=redacted_at)
        except NoRegionError as missing:
            raise RefusedError(f"residency: {missing.rule}", missing.remedy, NoRegionError) from None
        except WithheldError as withheld:
            raise RefusedError(f"redact: {withheld.rule}", withheld.remedy, WithheldError) from None

    def encode(self, redaction: Redaction, state: StateView) -> list[Output]:
        """The records to write: what the vault keeps, the event, and one per finding.

        `state` holds the subjects' wrapped keys. RefusedError when the vault cannot take what was taken out, or nothing
        blinds for the last gate.
        """
        event = redaction.event
        key = f"{event['shop_id']}/{event['entity']}/{event['entity_id']}".encode()
        outputs = self._vaulted(redaction, state)
        encoded = self._codec.encode("commerce_event", event)
        outputs += [Output(commerce_events(event["region"]), key, encoded, self._blinded(redaction))]
        for finding in redaction.findings:
            FINDINGS.labels(finding["entity_type"], finding["detector"]).inc()
            value = self._codec.encode("privacy_finding", finding)
            outputs.append(Output(PRIVACY_FINDINGS, event["event_id"].encode(), value))
        return outputs

    def _blinded(self, redaction: Redaction) -> Headers:
        event = redaction.event
        try:
            return self._known.write(event["region"], event["event_id"], redaction.known, event["country"])
        except RegionKeyError as error:
            raise RefusedError("redact: no gate key for the region", str(error), RegionKeyError) from None

    def _vaulted(self, redaction: Redaction, state: StateView) -> list[Output]:
        event, identity = redaction.event, redaction.identity
        if identity is None:
            return []
        subject = Kept(identity, event["region"], event["event_id"], redaction.originals, event["redacted_at"])
        try:
            records = self._keeper.keep(subject, state)
        except (VaultError, RegionKeyError) as error:
            raise RefusedError("redact: the vault cannot keep what was taken out", str(error), type(error)) from None
        return [
            Output(PRIVACY_VAULT, name_of(record).encode(), self._codec.encode("vault_record", record))
            for record in records
        ]
