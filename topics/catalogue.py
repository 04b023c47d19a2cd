"""Reads the catalogue and expands it into the topics of the broker."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from topics.model import REGIONS, Region, Topic, TopicSpec, Value
from topics.unique_keys import load_yaml

DEAD_LETTER_SUFFIX = ".dlq"
_FOLDER = Path(__file__).parent


class CatalogueError(ValueError):
    """A YAML of the catalogue is wrong; the message names file, key and rule."""


def read_spec(path: Path) -> TopicSpec:
    """Read one YAML strictly; the topic's name is the file's. CatalogueError when it is wrong."""
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
        return TopicSpec.model_validate({**content, "name": path.stem})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'topic'}: {e['msg']}" for e in error.errors())
        raise CatalogueError(f"{path.name}: {wrong}") from None
    except (TypeError, yaml.YAMLError) as error:
        raise CatalogueError(f"{path.name}: {error}") from None


def expand(spec: TopicSpec) -> list[Topic]:
    """The topics a spec stands for: one a region if regional, each with its dead letters if it has any."""
    regions: tuple[Region | None, ...] = REGIONS if spec.regional else (None,)
    found: list[Topic] = []
    for region in regions:
        name = f"{spec.name}.{region}" if region else spec.name
        found.append(Topic(name=name, spec=spec, region=region))
        if spec.dead_letters:
            found.append(Topic(name=name + DEAD_LETTER_SUFFIX, spec=_dead_letters(spec), region=region, parent=name))
    return found


def _dead_letters(spec: TopicSpec) -> TopicSpec:
    return spec.model_copy(
        update={
            "name": spec.name + DEAD_LETTER_SUFFIX,
            "description": f"What {', '.join(spec.consumers)} refused of {spec.name}: the record as it came.",
            "value": Value(format="as-parent"),
            "cleanup": "delete",
            "retention_days": spec.retention_days or 30,
            "dead_letters": False,
            "producers": spec.consumers,
            "consumers": [],
        }
    )


def load(folder: Path = _FOLDER) -> tuple[Topic, ...]:
    """All topics of a catalogue folder, by name."""
    specs = [read_spec(path) for path in sorted(folder.glob("*.yaml"))]
    return tuple(topic for spec in specs for topic in expand(spec))


@cache
def catalogue() -> dict[str, Topic]:
    """The project's own topics by name."""
    return {topic.name: topic for topic in load()}
