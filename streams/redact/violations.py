"""Violations in a row change to records of the audit zone: the key becomes a fingerprint here, and goes no further."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from avro_schemas.codec import Codec
from avro_schemas.records import PolicyViolation
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.foreign_ai.services import services
from streams.metrics import VIOLATIONS
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.residency.policy import NoRegionError, Residency
from streams.sources.debezium import Change
from streams.sources.foreign_ai.violations import Violation, scan
from streams.sources.identity import derive
from streams.sources.shops import Shop
from topics.model import Region
from topics.names import POLICY_VIOLATIONS

Fingerprint = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Violations:
    """Looks into row changes and encodes what it finds, under the key of the region of the shop's home country."""

    shops: Mapping[str, Shop]
    residency: Residency
    keys: RegionKeys
    codec: Codec

    def outputs(self, change: Change, message: Message, detected_at: datetime) -> list[Output]:
        """One record a violation in the row as it is now; none for most rows.

        RefusedError when the shop or its region's key is missing: without them no fingerprint can be made.
        """
        found = scan(change)
        if not found:
            return []
        region = self._region(change.shop_id)
        written = []
        for violation in found:
            VIOLATIONS.labels(change.shop_id, violation.service, violation.kind).inc()
            record = policy_violation(
                violation, change, message, region, detected_at, fingerprint=lambda secret: self._token(region, secret)
            )
            key = f"{change.shop_id}/{violation.table}/{violation.row_id}".encode()
            written.append(Output(POLICY_VIOLATIONS, key, self.codec.encode("policy_violation", record)))
        return written

    def _region(self, shop_id: str) -> Region:
        shop = self.shops.get(shop_id)
        if shop is None:
            raise RefusedError("sources: a shop that the shops file does not name", "name it there, then replay")
        try:
            return self.residency.region("option_changed", None, shop.home_country)
        except NoRegionError as missing:
            raise RefusedError(f"residency: {missing.rule}", missing.remedy, NoRegionError) from None

    def _token(self, region: Region, secret: str) -> str:
        try:
            # Apart from the pseudonyms that the same key makes.
            return self.keys.token(region, f"policy.violations|{secret}")
        except RegionKeyError as error:
            raise RefusedError("violations: no key for the fingerprint", str(error), RegionKeyError) from None


def policy_violation(  # noqa: PLR0913  # one argument a source of the record
    violation: Violation,
    change: Change,
    message: Message,
    region: Region,
    detected_at: datetime,
    *,
    fingerprint: Fingerprint,
) -> PolicyViolation:
    """The record of a violation; `fingerprint` turns a key or host into what may be shown."""
    shown = fingerprint(violation.secret)
    row = (violation.table, violation.row_id, violation.name)
    return PolicyViolation(
        violation_id=derive(change.shop_id, *row, violation.service, violation.kind, shown),
        shop_id=change.shop_id,
        region=region,
        service=violation.service,
        kind=violation.kind,
        rule=violation.rule,
        table=violation.table,
        row_id=violation.row_id,
        name=violation.name,
        fingerprint=shown,
        source_topic=message.topic,
        source_partition=message.partition,
        source_offset=message.offset,
        captured_at=change.changed_at,
        detected_at=detected_at,
        rules_version=services().version,
    )
