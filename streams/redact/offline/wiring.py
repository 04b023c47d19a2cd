"""Puts an offline run together: the worker's own mapping, policy, residency and detector, without its surroundings."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from avro_schemas.codec import Codec
from avro_schemas.registry import UnknownSchemaError
from avro_schemas.schemas import SCHEMA_NAMES
from streams.clock import now
from streams.delivery.remembered import RecordClock
from streams.redact.detect.detector import Detector
from streams.redact.known_header import KnownHeader
from streams.redact.offline.events import Events
from streams.redact.offline.recorded import change, delivery
from streams.redact.offline.summary import Summary
from streams.redact.policy import POLICY_FILE, load_policy
from streams.redact.pseudonym import MIN_KEY_BYTES, RegionKeys
from streams.redact.publish import Publisher
from streams.redact.redactor import Redactor
from streams.redact.stage import RedactStage, Waits
from streams.redact.vault.keeper import Keeper
from streams.redact.violations import Violations
from streams.residency.policy import residency
from streams.settings import Settings
from streams.sources.shops import Shop, read_shops
from streams.sources.versions.pace import Pace
from topics.model import REGIONS
from topics.rules import RESTRICTED_MAX_DAYS

Recording = Literal["webhooks", "debezium"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose records are read. ``shop_id``: of deliveries, which do not say. ``country``: home of an unnamed shop."""

    recording: Recording
    shop_id: str
    country: str


class AnyShop(Mapping[str, Shop]):
    """The shops that are known, and for any other id a shop at home in one country."""

    def __init__(self, known: Mapping[str, Shop], country: str) -> None:
        self._known = known
        self._country = country

    def __getitem__(self, shop_id: str) -> Shop:
        return self._known.get(shop_id) or Shop(shop_id, self._country, "", ())

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def keys_of(folder: Path | None, settings: Settings) -> tuple[RegionKeys, bool]:
    """The keys of a folder, else of the settings' folder, else drawn for this run; and whether they were drawn."""
    if folder is None and not settings.region_keys_dir.is_dir():
        return drawn_keys(), True
    return RegionKeys.read(folder or settings.region_keys_dir), False


def drawn_keys() -> RegionKeys:
    """Keys of this run, which nobody keeps."""
    return RegionKeys({region: secrets.token_bytes(MIN_KEY_BYTES) for region in REGIONS})


def build_events(settings: Settings, origin: Origin, keys: RegionKeys, detector: Detector, summary: Summary) -> Events:
    """The run over recorded deliveries or row changes; an error names the file that is wrong."""
    codec, clock = _codec(), RecordClock()
    shops = AnyShop(read_shops(settings.shops_file) if settings.shops_file.is_file() else {}, origin.country)
    redactor = Redactor(load_policy(settings.policy_file or POLICY_FILE), keys, detector)
    # Nothing of an offline run reaches a model: whatever the gate's header says is for nobody.
    gate = KnownHeader(drawn_keys())
    publisher = Publisher(shops, residency(), redactor, Keeper(keys), gate, codec)
    pace = Pace(
        timedelta(seconds=settings.entity_quiet_s),
        timedelta(seconds=settings.entity_patience_s),
        timedelta(days=RESTRICTED_MAX_DAYS),
    )
    waits = Waits(pace, timedelta(minutes=settings.cart_abandoned_minutes))
    stage = RedactStage(codec, publisher, Violations(shops, residency(), keys, codec), waits, clock)
    started = now()
    # What is missing is waited for twice: before its rows would be asked for, and after.
    patience = 2 * pace.patience + 2 * pace.quiet
    if origin.recording == "webhooks":
        return Events(
            stage, codec, clock, lambda line: delivery(line, origin.shop_id, codec, started), patience, summary
        )
    return Events(stage, codec, clock, lambda line: change(line, started), patience, summary)


def _codec() -> Codec:
    """Numbers of its own for the schemas: nobody else reads what it writes."""
    return Codec({name: number for number, name in enumerate(SCHEMA_NAMES, 1)}, _nowhere)


def _nowhere(schema_id: int) -> str:
    raise UnknownSchemaError(f"there is no schema {schema_id} without a registry")
