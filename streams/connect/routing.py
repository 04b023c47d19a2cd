"""From a table's own topic and key to ours: one topic, keyed by the aggregate's id as text. Pure.

Single message transforms of Kafka Connect behind predicates, so that heartbeats are left as they are.
"""

from collections import defaultdict

from streams.connect.capture import tables
from streams.connect.connectors import Connector
from topics.names import SHOP_CDC_CHANGES

_TRANSFORMS = "org.apache.kafka.connect.transforms"


def routing(connector: Connector) -> dict[str, str]:
    """Predicates and transforms: tables whose key has the same name share one of each."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for table in tables(connector):
        named[table.key].append(table.name)
    prefix = rf"{connector.shop}\.{connector.database}\.{connector.table_prefix}"
    config = {
        "predicates": ",".join([*(f"by_{key}" for key in named), "row"]),
        "transforms": ",".join([*(f"key_{key}" for key in named), "route"]),
    }
    for key, names in named.items():
        config |= _predicate(f"by_{key}", f"{prefix}({'|'.join(names)})")
        config |= {
            f"transforms.key_{key}.type": f"{_TRANSFORMS}.ExtractField$Key",
            f"transforms.key_{key}.field": key,
            f"transforms.key_{key}.predicate": f"by_{key}",
        }
    return {
        **config,
        **_predicate("row", f"{prefix}.*"),
        "transforms.route.type": f"{_TRANSFORMS}.RegexRouter",
        "transforms.route.regex": ".*",
        "transforms.route.replacement": SHOP_CDC_CHANGES,
        "transforms.route.predicate": "row",
    }


def _predicate(name: str, pattern: str) -> dict[str, str]:
    return {
        f"predicates.{name}.type": f"{_TRANSFORMS}.predicates.TopicNameMatches",
        f"predicates.{name}.pattern": pattern,
    }
