"""The catalogue refuses what it does not know."""

from pathlib import Path

import pytest

from avro_schemas.schemas import IN_MEMORY, SCHEMA_NAMES
from streams.residency.policy import residency
from topics import names
from topics.catalogue import CatalogueError, catalogue, load, read_spec
from topics.model import REGIONS
from topics.rules import unredacted, violations

GOOD = """
description: Something that happens.
zone: redacted
key: event id
value: {schema: commerce_event}
partitions: 2
retention_days: 7
dead_letters: true
producers: [redact]
consumers: [sink]
purpose: To show it.
legal_basis: GDPR 6(1)(f)
erasure: Expires.
"""


def _spec(folder: Path, text: str) -> Path:
    path = folder / "some.topic.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_spec_is_read(tmp_path: Path) -> None:
    assert read_spec(_spec(tmp_path, GOOD)).name == "some.topic"


@pytest.mark.parametrize(
    ("right", "misspelt"),
    [("retention_days", "retention_day"), ("purpose", "purposes"), ("schema:", "shema:"), ("zone", "Zone")],
)
def test_a_misspelt_key_is_refused_and_named(tmp_path: Path, right: str, misspelt: str) -> None:
    with pytest.raises(CatalogueError, match=r"some\.topic\.yaml") as refused:
        read_spec(_spec(tmp_path, GOOD.replace(right, misspelt)))
    assert misspelt.strip(":") in str(refused.value)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="stands twice"):
        read_spec(_spec(tmp_path, GOOD + "zone: audit\n"))


@pytest.mark.parametrize(
    "change",
    [
        ("zone: redacted", "zone: secret"),
        ("schema: commerce_event", "schema: no_such"),
        ("partitions: 2", "partitions: 0"),
        ("retention_days: 7", "cleanup: compact\nretention_days: 7"),
        ("value: {schema: commerce_event}", "value: {schema: commerce_event, format: as-parent}"),
        ("producers: [redact]", "producers: []"),
    ],
)
def test_a_wrong_value_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(CatalogueError):
        read_spec(_spec(tmp_path, GOOD.replace(*change)))


def test_dead_letters_keep_zone_and_partitions_of_their_topic() -> None:
    for topic in catalogue().values():
        if topic.parent:
            parent = catalogue()[topic.parent]
            assert (topic.zone, topic.spec.partitions) == (parent.zone, parent.spec.partitions)


def test_every_topic_that_is_consumed_has_dead_letters_or_is_a_changelog() -> None:
    for topic in catalogue().values():
        by_stages = set(topic.spec.consumers) - {"operator", "debezium"}
        if by_stages and topic.spec.value.format != "faust-table":
            assert names.dead_letters(topic.name) in catalogue(), topic.name


def test_every_name_in_the_code_stands_in_the_catalogue() -> None:
    fixed = {value for name, value in vars(names).items() if name.isupper() and name != "DEAD_LETTER_SUFFIX"}
    regional = {name(region) for region in REGIONS for name in (names.commerce_events, names.enrichment_results)}
    assert fixed | regional <= set(catalogue())


def test_every_wire_schema_has_a_topic_and_no_topic_carries_an_in_memory_one() -> None:
    used = {topic.spec.value.record for topic in catalogue().values()}
    assert used - {None} == set(SCHEMA_NAMES) - IN_MEMORY


def test_regions_are_those_of_the_residency_policy() -> None:
    assert set(REGIONS) == set(residency().regions)


def test_the_projects_own_topics_break_no_rule() -> None:
    assert violations(catalogue().values()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("schema: commerce_event", "schema: woo_delivery"), "holds personal data as it came"),
        (("zone: redacted", "zone: audit"), "is for the redacted zone"),
        (("zone: redacted\n", "zone: restricted\n"), "may not read the restricted zone"),
    ],
)
def test_a_topic_that_breaks_its_zone_is_named(tmp_path: Path, change: tuple[str, str], rule: str) -> None:
    _spec(tmp_path, GOOD.replace(*change))
    assert any(rule in text for text in violations(load(tmp_path)))


def test_restricted_topics_expire_within_seven_days(tmp_path: Path) -> None:
    base = GOOD.replace("zone: redacted", "zone: restricted").replace("[sink]", "[redact]")
    _spec(tmp_path, base.replace("retention_days: 7", "retention_days: 8"))
    assert any("7 days at most" in text for text in violations(load(tmp_path)))
    _spec(tmp_path, base.replace("retention_days: 7", "cleanup: compact"))
    assert any("compacted forever" in text for text in violations(load(tmp_path)))


def test_a_string_without_annotation_counts_as_personal() -> None:
    record = {"type": "record", "name": "R", "fields": [{"name": "what", "type": ["null", "string"]}]}
    assert list(unredacted(record)) == ["what"]
