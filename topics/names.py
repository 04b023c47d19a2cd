"""The one place that knows the topics' names."""

from topics.catalogue import DEAD_LETTER_SUFFIX
from topics.model import Role

WOO_DELIVERIES = "woo.deliveries"
SHOP_CDC_CHANGES = "shop.cdc.changes"
SHOP_CDC_PARTS = "shop.cdc.parts"
CONNECT_SIGNALS = "inland.connect.signals"
CONNECT_NOTIFICATIONS = "inland.connect.notifications"
RECOMMEND_BASKETS = "recommend.baskets"
RECOMMENDATION_UPDATES = "recommendation.updates"
MODEL_CALLS = "model.calls"
PRIVACY_FINDINGS = "privacy.findings"
PRIVACY_REQUESTS = "privacy.requests"
PRIVACY_REVEALS = "privacy.reveals"
PRIVACY_VAULT = "privacy.vault"
POLICY_VIOLATIONS = "policy.violations"


def commerce_events(region: str) -> str:
    """Redacted business changes of a region."""
    return f"commerce.events.{region}"


def enrichment_results(region: str) -> str:
    """Models' answers of a region."""
    return f"enrichment.results.{region}"


def dead_letters(topic: str) -> str:
    """Where a stage puts what it refuses of `topic`."""
    return topic + DEAD_LETTER_SUFFIX


def consumer_group(role: Role) -> str:
    """Consumer group of the processes of one role, as the catalogue names roles."""
    return f"inland-{role}"
