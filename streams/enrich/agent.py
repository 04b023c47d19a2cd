"""The enrich worker: one model client a region."""

from streams.delivery.worker import Worker
from streams.enrich.client import ModelClient
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.settings import Settings, secret
from topics.model import REGIONS
from topics.names import commerce_events


def wire(worker: Worker) -> None:
    """One agent for the commerce events of every region."""
    settings = worker.settings
    clients = _clients(settings)
    stage = EnrichStage(worker.codec, clients, TASKS, worker.outbox.deliver, settings.model_concurrency * len(clients))
    # Small batches: answers of the first must not wait for the model to have read the last.
    worker.agent(stage, [commerce_events(region) for region in REGIONS], batch=settings.model_concurrency * 2)


def _clients(settings: Settings) -> dict[str, ModelClient]:
    key = secret(settings.model_api_key_file)
    return {
        region: ModelClient(
            region, str(url), key, concurrency=settings.model_concurrency, deadline_s=settings.model_deadline_s
        )
        for region, url in settings.model_endpoints.items()
    }
