"""The enrich worker: one model client a region."""

from streams.delivery.worker import Worker
from streams.enrich.client import ModelClient
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.log import logger
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeys
from streams.settings import Settings, secret
from topics.model import REGIONS
from topics.names import commerce_events

_log = logger("enrich")


def wire(worker: Worker) -> None:
    """One agent a region: a region whose endpoint is slow or down holds up its own events alone."""
    known = KnownHeader(RegionKeys.read(worker.settings.gate_keys_dir, GATE_KEYS))
    places = worker.settings.model_concurrency
    notes = worker.table("notes")
    for client in _clients(worker.settings):
        stage = EnrichStage(client, worker.codec, TASKS, worker.outbox.deliver, known, places)
        # Small batches: answers of the first must not wait for the model to have read the last.
        worker.agent(stage, [commerce_events(client.region)], table=notes, batch=places * 2)


def _clients(settings: Settings) -> list[ModelClient]:
    key = secret(settings.model_api_key_file)
    if missing := [region for region in REGIONS if region not in settings.model_endpoints]:
        _log.warning("regions without a model endpoint: their events wait in Kafka", extra={"regions": missing})
    return [
        ModelClient(region, str(url), key, concurrency=settings.model_concurrency, deadline_s=settings.model_deadline_s)
        for region, url in settings.model_endpoints.items()
        if region in REGIONS
    ]
