"""Compares the catalogue with a broker and makes the broker follow: `inland topics plan|apply`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from topics.model import Topic

REPLICATION_FACTOR = 1


class ApplyError(Exception):
    """The broker refused a change, or a difference cannot be mended without an operator."""


@dataclass(frozen=True, slots=True)
class LiveTopic:
    """A topic as the broker has it."""

    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the catalogue and the broker, and what is done about it."""

    topic: str
    action: Literal["create", "configure", "refuse"]
    detail: str


def plan(wanted: Sequence[Topic], live: Mapping[str, LiveTopic]) -> list[Change]:
    """What would have to change; empty when the broker follows the catalogue. Topics outside it are left alone."""
    return [change for topic in wanted for change in _compare(topic, live.get(topic.name))]


def _compare(topic: Topic, found: LiveTopic | None) -> list[Change]:
    if found is None:
        return [Change(topic.name, "create", f"{topic.spec.partitions} partitions, {topic.config['cleanup.policy']}")]
    if found.partitions != topic.spec.partitions:
        # Adding partitions moves keys: an entity's events would lose their order. An operator has to decide that.
        told = f"has {found.partitions} partitions, the catalogue says {topic.spec.partitions}: repartition by hand"
        return [Change(topic.name, "refuse", told)]
    differing = {key: value for key, value in topic.config.items() if found.config.get(key) != value}
    if not differing:
        return []
    return [Change(topic.name, "configure", ", ".join(f"{key}={value}" for key, value in sorted(differing.items())))]


async def live_topics(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, LiveTopic]:
    """The named topics that the broker has."""
    present = sorted(set(names) & set(await admin.list_topics()))
    if not present:
        return {}
    described = {entry["topic"]: len(entry["partitions"]) for entry in await admin.describe_topics(present)}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in present])
    configs: dict[str, dict[str, str]] = {}
    for answer in answers:
        for _error, _message, _kind, name, entries in answer.resources:
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return {name: LiveTopic(described[name], configs.get(name, {})) for name in present}


async def apply(bootstrap: str, wanted: Sequence[Topic], *, dry_run: bool = False) -> list[Change]:
    """Plan and, unless `dry_run`, carry out. ApplyError when the broker refuses or a difference needs an operator."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="inland-topics", request_timeout_ms=15_000)
    await admin.start()
    try:
        changes = plan(wanted, await live_topics(admin, [topic.name for topic in wanted]))
        if dry_run:
            return changes
        if refused := [f"{change.topic} {change.detail}" for change in changes if change.action == "refuse"]:
            raise ApplyError("; ".join(refused))
        await _carry_out(admin, {topic.name: topic for topic in wanted}, changes)
        return changes
    finally:
        await admin.close()


async def _carry_out(admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic], changes: Sequence[Change]) -> None:
    created = [_new_topic(wanted[change.topic]) for change in changes if change.action == "create"]
    if created:
        _check(await admin.create_topics(created, timeout_ms=15_000))
    altered = [wanted[change.topic] for change in changes if change.action == "configure"]
    if altered:
        resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.config) for topic in altered]
        await admin.alter_configs(resources)


def _new_topic(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, topic.spec.partitions, REPLICATION_FACTOR, topic_configs=topic.config)


def _check(answer: Any) -> None:
    for name, code, *_ in answer.topic_errors:
        # Two `apply` at the same time are no error: the topic is there.
        if code not in (0, TopicAlreadyExistsError.errno):
            raise ApplyError(f"the broker did not create {name}: {for_code(code).__name__}")
