"""The enrich worker: one model client and one stage a region, on the servers that the residency policy names."""

import os
import sys
from typing import NoReturn

from streams.delivery.worker import Worker
from streams.enrich import lanes
from streams.enrich.asking.ask import Asking, Client, Pace
from streams.enrich.asking.cache import AnswerCache
from streams.enrich.client import Bounds, RegionClient
from streams.enrich.failover import serving
from streams.enrich.lanes import Lane
from streams.enrich.records.recording import Recording
from streams.enrich.stage import EnrichStage
from streams.enrich.warming import warm
from streams.log import logger
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeys
from streams.residency.endpoints import ModelEndpoint
from streams.residency.examine import examine
from streams.residency.policy import PolicyError, Residency, residency
from topics.model import Region
from topics.names import commerce_events

_log = logger("enrich")
_BATCHES = 8
"""Messages taken at once, for each place at the model."""


def wire(worker: Worker) -> None:
    """The worker of the checkout lane; see `_wire`."""
    _wire(worker, lanes.checkout(worker.settings))


def wire_batch(worker: Worker) -> None:
    """The worker of the batch lane; see `_wire`."""
    _wire(worker, lanes.batch(worker.settings))


def _wire(worker: Worker, lane: Lane) -> None:
    """One agent a region: a region whose endpoint is slow or down holds up its own events alone.

    EX_CONFIG (78) where the policy is wrong or one of its endpoints is refused: no restart would help.
    """
    settings, policy = worker.settings, _policy()

    def client(region: Region, endpoints: tuple[ModelEndpoint, ...]) -> Client:
        return RegionClient(region, endpoints, Bounds(concurrency=lane.concurrency))

    if not (served := serving(policy, client)):
        # Events wait in Kafka, and the watch says who is missing.
        worker.rest()
        return
    warm(lane.tasks)
    known = KnownHeader(RegionKeys.read(settings.gate_keys_dir, GATE_KEYS))
    notes = worker.table("notes") if lane.reads_once else None
    recording = Recording(worker.codec, policy.digest)
    cache, pace = AnswerCache(settings.model_cache_mb * 1_000_000), Pace(longest_attempt_s=settings.model_deadline_s)
    for region, asked in served.items():
        asking = Asking(asked, recording, cache, pace)
        stage = EnrichStage(region, lane, asking, recording, known, worker.outbox.deliver)
        # Answers are written when they are known, so that a large batch holds none up, and seldom lets places go idle.
        worker.agent(stage, [commerce_events(region)], table=notes, batch=lane.concurrency * _BATCHES)


def _policy() -> Residency:
    """The residency policy, its endpoints looked at."""
    try:
        policy = residency()
    except PolicyError as error:
        _refuse(str(error))
    _look_at(policy)
    named = [region for region in policy.regions if policy.endpoints(region)]
    if missing := [region for region in policy.regions if region not in named]:
        _log.warning("regions without a model endpoint: their events wait in Kafka", extra={"regions": missing})
    about = {"policy": policy.version, "policy_hash": policy.digest, "regions": named}
    _log.info("residency policy in force", extra=about)
    return policy


def _look_at(policy: Residency) -> None:
    for one in examine(policy):
        if one.verdict == "refused":
            _refuse(f"residency: {one.region}: {one.rule}: {one.remedy}")
        if one.verdict == "away":
            _log.warning("a model endpoint is away", extra={"region": one.region, "rule": one.rule})


def _refuse(reason: str) -> NoReturn:
    _log.error("the worker does not start", extra={"reason": reason})
    sys.exit(os.EX_CONFIG)
