"""The enrich worker: one model client and one stage a region, on the servers that the residency policy names."""

import os
import sys
from typing import NoReturn

from streams.delivery.worker import Worker
from streams.enrich.client import ModelClient
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.log import logger
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeys
from streams.residency.endpoints import ModelEndpoint
from streams.residency.examine import examine
from streams.residency.policy import PolicyError, Residency, residency
from streams.settings import Settings, secret
from topics.model import Region
from topics.names import commerce_events

_log = logger("enrich")


def wire(worker: Worker) -> None:
    """One agent a region: a region whose endpoint is slow or down holds up its own events alone.

    EX_CONFIG (78) where the policy is wrong or one of its endpoints is refused: no restart would help.
    """
    if not (served := _served()):
        # Events wait in Kafka, and the watch says who is missing.
        worker.rest()
        return
    known = KnownHeader(RegionKeys.read(worker.settings.gate_keys_dir, GATE_KEYS))
    places = worker.settings.model_concurrency
    notes = worker.table("notes")
    for region, endpoints in served.items():
        client = _client(worker.settings, region, endpoints)
        stage = EnrichStage(client, worker.codec, TASKS, worker.outbox.deliver, known, places)
        # Small batches: answers of the first must not wait for the model to have read the last.
        worker.agent(stage, [commerce_events(region)], table=notes, batch=places * 2)


def _served() -> dict[Region, tuple[ModelEndpoint, ...]]:
    """The endpoints of each region that has any, each of them looked at."""
    try:
        policy = residency()
    except PolicyError as error:
        _refuse(str(error))
    _look_at(policy)
    served = {region: found for region in policy.regions if (found := policy.endpoints(region))}
    if missing := [region for region in policy.regions if region not in served]:
        _log.warning("regions without a model endpoint: their events wait in Kafka", extra={"regions": missing})
    about = {"policy": policy.version, "policy_hash": policy.digest, "regions": list(served)}
    _log.info("residency policy in force", extra=about)
    return served


def _look_at(policy: Residency) -> None:
    for one in examine(policy):
        if one.verdict == "refused":
            _refuse(f"residency: {one.region}: {one.rule}: {one.remedy}")
        if one.verdict == "away":
            _log.warning("a model endpoint is away", extra={"region": one.region, "rule": one.rule})


def _refuse(reason: str) -> NoReturn:
    _log.error("the worker does not start", extra={"reason": reason})
    sys.exit(os.EX_CONFIG)


def _client(settings: Settings, region: Region, endpoints: tuple[ModelEndpoint, ...]) -> ModelClient:
    first, *_ = endpoints
    key = secret(first.api_key_file)
    return ModelClient(
        region, first.url, key, concurrency=settings.model_concurrency, deadline_s=settings.model_deadline_s
    )
