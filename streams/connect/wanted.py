"""What the connectors file and the settings ask of Kafka Connect."""

from dataclasses import dataclass

from streams.connect.config import Config, Surroundings, connector_config
from streams.connect.connectors import Connector, Connectors, ConnectorsFileError, read_connectors
from streams.settings import Settings

_CCOMPAT = "/apis/ccompat/"
_NATIVE = "/apis/registry/v2"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every connector of the file, and what they share."""

    connectors: tuple[Connector, ...]
    around: Surroundings

    def configs(self) -> dict[str, Config]:
        """The configurations by name in Connect."""
        return {connector.name: connector_config(connector, self.around) for connector in self.connectors}

    def of_shop(self, shop: str | None) -> Connector:
        """The connector of a shop; of the only one when no shop is named. Raises ConnectorsFileError."""
        known = {connector.shop: connector for connector in self.connectors}
        if shop is None and len(known) == 1:
            return self.connectors[0]
        if shop not in known:
            which = "name a shop" if shop is None else f"the connectors file has no shop {shop}"
            raise ConnectorsFileError(f"{which}; it has: {', '.join(sorted(known))}")
        return known[shop]


def wanted(settings: Settings) -> Wanted:
    """Read the file. Raises ConnectorsFileError."""
    found = read_connectors(settings.connectors_file)
    return Wanted(tuple(found.connectors), _surroundings(found, settings))


def _surroundings(found: Connectors, settings: Settings) -> Surroundings:
    registry = str(found.registry_url).rstrip("/") if found.registry_url else native(settings.registry_url)
    return Surroundings(found.kafka_bootstrap or settings.kafka_bootstrap, registry)


def native(registry_url: str) -> str:
    """Apicurio's own API beside its Confluent-compatible one. Raises ConnectorsFileError for another registry."""
    root, found, _ = registry_url.partition(_CCOMPAT)
    if not found:
        raise ConnectorsFileError(
            f"INLAND_REGISTRY_URL does not end with {_CCOMPAT}v7, so it is no Apicurio Registry: the connectors' Avro "
            "converter needs one; name it as `registry_url` in the connectors file"
        )
    return root + _NATIVE
