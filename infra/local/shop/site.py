"""The shop's own identity, and its clock: WordPress keeps local time beside UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

SITE_URL = "http://demo.shop.test"
"""Address in every link and in `X-WC-Webhook-Source`; nothing listens there."""

WOOCOMMERCE_VERSION = "11.0.1"
WORDPRESS_VERSION = "7.0.4"
CURRENCY = "EUR"
ADMIN_NAME = "shopadmin"
ADMIN_EMAIL = "admin@kantoor-keuken.example"
SYSTEM_NAME = "WooCommerce"
SYSTEM_EMAIL = "woocommerce@kantoor-keuken.example"
TIME_ZONE = ZoneInfo("Europe/Amsterdam")


class OrderStorage(StrEnum):
    """Where WooCommerce keeps orders: in tables of their own (HPOS), or in wp_posts as before version 8.2."""

    TABLES = "tables"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Installation:
    """How a shop was installed: its table prefix, and where its orders are."""

    prefix: str = "wp_"
    order_storage: OrderStorage = OrderStorage.TABLES


def utc_now() -> datetime:
    """The present second, aware, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def gmt(moment: datetime) -> datetime:
    """A moment as a `*_gmt` column holds it: naive UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime) -> datetime:
    """A moment as WordPress's local columns hold it: naive, in the shop's time zone."""
    return moment.astimezone(TIME_ZONE).replace(tzinfo=None)
