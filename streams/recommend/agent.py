"""The recommend worker: orders to baskets, baskets to counts."""

from streams.delivery.worker import Worker
from streams.recommend.stage import BasketStage, CountStage
from topics.model import REGIONS
from topics.names import RECOMMEND_BASKETS, commerce_events


def wire(worker: Worker) -> None:
    """Two agents, joined by a topic that is keyed by product."""
    worker.agent(BasketStage(worker.codec), [commerce_events(region) for region in REGIONS])
    worker.agent(CountStage(worker.codec), [RECOMMEND_BASKETS], table=worker.table("products"))
