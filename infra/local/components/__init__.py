"""The parts of the platform, each in a file of its own."""

from collections.abc import Sequence

from infra.local.component import Component
from infra.local.components.clickhouse import clickhouse
from infra.local.components.connect import connect
from infra.local.components.kafka import kafka
from infra.local.components.mariadb import mariadb
from infra.local.components.model import model
from infra.local.components.registry import registry
from infra.local.components.stages import stages
from infra.local.layout import Layout
from infra.local.settings import LocalSettings


def components(settings: LocalSettings, layout: Layout, *, platform_only: bool) -> Sequence[Component]:
    """Everything one platform runs; with `platform_only` without Inland's stages and the connector."""
    infrastructure = [
        kafka(settings, layout),
        mariadb(settings, layout),
        clickhouse(settings, layout),
        registry(settings, layout),
        connect(settings, layout),
        model(settings, layout),
    ]
    return infrastructure if platform_only else [*infrastructure, *stages(settings, layout)]
