"""The redaction policy: one treatment for each class of personal data that the schemas name."""

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avro_schemas.schemas import schema

POLICY_FILE = Path(__file__).parent / "policy.yaml"
FREE_TEXT = "free_text"
NOT_PERSONAL = "none"

Action = Literal["keep", "drop", "token", "detect", "generalise"]


class PolicyError(ValueError):
    """The policy cannot be used; the message says what is missing or wrong in which file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Generalise(_Strict):
    """Keep the first `length` characters, upper case, without spaces."""

    generalise: Literal["prefix"]
    length: int = Field(ge=1, le=8)

    def apply(self, value: str) -> str:
        """The general form of a value."""
        return "".join(value.split()).upper()[: self.length]


Treatment = Literal["keep", "drop", "token", "detect"] | Generalise


class Policy(_Strict):
    """Treatments by pii class. `version` travels with every redacted event."""

    version: str = Field(min_length=1, max_length=64)
    treatments: dict[str, Treatment]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.treatments.get(FREE_TEXT) == "keep":
            raise ValueError("free_text may not be kept: use detect or drop")
        kept = sorted(pii for pii, how in self.treatments.items() if how == "keep" and pii != NOT_PERSONAL)
        if kept:
            raise ValueError(
                f"only `none` may be kept, not {', '.join(kept)}: choose drop, token, detect or generalise"
            )
        return self

    def action(self, pii: str) -> Action:
        """What to do with a class; PolicyError when the policy does not say."""
        how = self._of(pii)
        return "generalise" if isinstance(how, Generalise) else how

    def generalised(self, pii: str, value: str) -> str:
        """The general form of a value of a class whose treatment is generalise."""
        how = self._of(pii)
        if not isinstance(how, Generalise):
            raise PolicyError(f"class {pii} is not generalised by policy {self.version}")
        return how.apply(value)

    def _of(self, pii: str) -> Treatment:
        if pii not in self.treatments:
            raise PolicyError(f"policy {self.version} has no treatment for class {pii}: add it under `treatments`")
        return self.treatments[pii]


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """Read a policy; PolicyError when it is malformed or lacks a class that captured_event.avsc uses."""
    try:
        policy = Policy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise PolicyError(f"{path.name} cannot be used: {error}") from error
    missing = sorted(pii_classes(schema("captured_event").source) - set(policy.treatments))
    if missing:
        raise PolicyError(f"{path.name} has no treatment for {', '.join(missing)}: add them under `treatments`")
    return policy


def pii_of(field: dict[str, Any]) -> str:
    """A field's class. A string that nobody annotated may hold anything: it is free text."""
    default = FREE_TEXT if "string" in str(field["type"]) else NOT_PERSONAL
    return str(field.get("pii", default))


def pii_classes(node: Any) -> set[str]:
    """Every class that a schema uses."""
    if isinstance(node, list):
        return set().union(*map(pii_classes, node))
    if not isinstance(node, dict):
        return set()
    if node.get("type") == "record":
        return {pii_of(field) for field in node["fields"]} | pii_classes([field["type"] for field in node["fields"]])
    return pii_classes(node["items"]) if node.get("type") == "array" else set()
