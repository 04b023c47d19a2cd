"""The shop's day: its generated orders, then recorded deliveries of a real shop."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.platform import Platform
from infra.local.settings import HOST, ROOT
from infra.local.shop.database import DatabaseSettings
from infra.local.shop.plan import shop_plan
from infra.local.shop.replay import recorded, replay
from infra.local.shop.run import RunSettings, Summary, run
from streams.demo.told import Told, add_recorded, read_ledger

DEMO_SHOP, RECORDED_SHOP = "demo", "kantoor"
_RECORDING = ROOT / "tests" / "fixtures" / "woocommerce" / "webhooks.jsonl"


@dataclass(frozen=True, slots=True)
class Day:
    """How much the shop does."""

    orders: int
    rate: float | None
    """Orders a second; None at full speed."""
    seed: int
    ledger: Path


async def play(platform: Platform, day: Day, progress: Callable[[int], None]) -> Summary:
    """Write the orders to the shop's database and post their webhooks."""
    # The ledger tells this day alone: an earlier day's data may have been deleted since.
    day.ledger.unlink(missing_ok=True)
    database = DatabaseSettings(
        HOST, platform.settings.mariadb_port, "shop", platform.layout.secrets / "mariadb-shop", "shop"
    )
    secret = (platform.layout.secrets / "webhook-demo").read_text(encoding="utf-8").strip()
    url = f"{platform.settings.gateway_url}/webhooks/{DEMO_SHOP}"
    return await run(
        shop_plan(day.orders, day.seed), RunSettings(database, url, secret, day.rate, 0.0, day.ledger), progress
    )


async def play_recorded(platform: Platform) -> int:
    """Post the recorded deliveries of a real shop; returns how many were acknowledged, pings included."""
    deliveries = list(recorded(_RECORDING, None))
    return (await replay(deliveries, f"{platform.settings.gateway_url}/webhooks/{RECORDED_SHOP}")).acknowledged


def told(day: Day) -> Told:
    """All that the two shops were told, by their own account."""
    found = read_ledger(day.ledger, DEMO_SHOP)
    deliveries = ((delivery.topic, delivery.body) for delivery in recorded(_RECORDING, None))
    add_recorded(found, RECORDED_SHOP, ((topic, body) for topic, body in deliveries if topic != "ping"))
    return found
