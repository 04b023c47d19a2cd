"""Puts the redaction of a process together from its settings; the worker and a replay share it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from avro_schemas.codec import Codec
from streams.clock import now
from streams.foreign_ai.services import services
from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Detects
from streams.redact.detect.version import detector_version
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import KnownHeader
from streams.redact.ner.model import name_model
from streams.redact.ner.official import OfficialModel, Routed, parse_models
from streams.redact.policy import POLICY_FILE, load_policy
from streams.redact.pool.pool import DetectorPool
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.redact.publish import Publisher
from streams.redact.redactor import Redactor
from streams.redact.stage import RedactStage, Waits
from streams.redact.vault.keeper import Keeper
from streams.redact.violations import Violations
from streams.residency.policy import residency
from streams.settings import Settings
from streams.sources.shops import read_shops
from streams.sources.versions.pace import Pace
from topics.rules import RESTRICTED_MAX_DAYS


def build_violations(settings: Settings, codec: Codec) -> Violations:
    """What looks for keys of foreign AI services; an error names the file that is wrong."""
    services()  # a wrong data file stops the worker at its start, not at the first setting
    return Violations(read_shops(settings.shops_file), residency(), RegionKeys.read(settings.region_keys_dir), codec)


def detection_processes(settings: Settings) -> DetectorPool:
    """Detection for a worker: off its event loop."""
    version = detector_version(names=True, models=settings.name_models)
    return DetectorPool(settings.redact_processes, settings.redact_timeout_s, version)


def build_detector(settings: Settings) -> Detector:
    """Detection in this process, with the models that are set."""
    models = parse_models(settings.name_models)
    if not models:
        return Detector()
    names = Routed(name_model(), {language: OfficialModel(name) for language, name in models.items()})
    return Detector(names, settings.name_models)


def build_stage(
    settings: Settings, codec: Codec, detector: Detects, clock: Callable[[], datetime] = now
) -> RedactStage:
    """The stage under the policies in force; `clock`: a replay's own time."""
    pace = Pace(
        quiet=timedelta(seconds=settings.entity_quiet_s),
        patience=timedelta(seconds=settings.entity_patience_s),
        life=timedelta(days=RESTRICTED_MAX_DAYS),
    )
    waits = Waits(pace, timedelta(minutes=settings.cart_abandoned_minutes))
    return RedactStage(
        codec, build_publisher(settings, codec, detector), build_violations(settings, codec), waits, clock
    )


def build_publisher(settings: Settings, codec: Codec, detector: Detects) -> Publisher:
    """The publisher under the policies in force; an error names the file that is wrong."""
    keys = RegionKeys.read(settings.region_keys_dir)
    redactor = Redactor(load_policy(settings.policy_file or POLICY_FILE), keys, detector)
    gate = KnownHeader(_apart(RegionKeys.read(settings.gate_keys_dir, GATE_KEYS), keys))
    return Publisher(read_shops(settings.shops_file), residency(), redactor, Keeper(keys), gate, codec)


def _apart(gate: RegionKeys, keys: RegionKeys) -> RegionKeys:
    """The gate's keys; RegionKeyError when a region's key is among them: who checks prompts must not hold it."""
    theirs = {version for region in keys.regions for version in keys.versions(region)}
    for region in sorted(gate.regions):
        if theirs.intersection(gate.versions(region)):
            raise RegionKeyError(f"the gate key of {region} is a region's key, too: draw the gate one of its own")
    return gate
