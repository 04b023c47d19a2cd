"""The redaction policy: one treatment for each class of personal data that the schemas name."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from avro_schemas.schemas import schema
from streams.redact.generalise import FITS, Way

POLICY_FILE = Path(__file__).parent / "policy.yaml"
FREE_TEXT = "free_text"
NOT_PERSONAL = "none"

CLASSES = frozenset(
    {
        NOT_PERSONAL, FREE_TEXT, "unknown", "subject", "person", "organisation", "street_address", "city", "postcode",
        "email", "phone", "date_of_birth", "ip_address", "device", "credential", "account", "username", "card",
    }
)  # fmt: skip
"""Classes that a schema may name, and `card`, which is found in texts alone.

A policy that names another is refused: it would be a misspelt one.
"""
_SEARCHED = frozenset({FREE_TEXT, "unknown"})

Action = Literal["keep", "drop", "token", "detect", "vault", "generalise"]


class PolicyError(ValueError):
    """The policy cannot be used; the message says what is missing or wrong in which file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Treatment = Literal["keep", "drop", "token", "detect", "vault"] | Way


class Policy(_Strict):
    """Treatments by pii class. `version` travels with every redacted event."""

    version: str = Field(min_length=1, max_length=64)
    treatments: dict[str, Treatment]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wrong = [text for pii, how in self.treatments.items() for text in _misfits(pii, how)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def action(self, pii: str) -> Action:
        """What to do with a class; PolicyError when the policy does not say."""
        how = self._of(pii)
        return how if isinstance(how, str) else "generalise"

    def generalised(self, pii: str, value: str, country: str | None = None) -> str:
        """The general form of a value of a class whose treatment is generalise; `country`: ISO 3166-1 alpha-2."""
        how = self._of(pii)
        if isinstance(how, str):
            raise PolicyError(f"class {pii} is not generalised by policy {self.version}")
        return how.apply(value, country)

    def keeps(self, entity_type: str) -> bool:
        """Whether the vault may hold what was found in a text: not where the policy drops the class everywhere."""
        return self.treatments.get(entity_type) != "drop"

    def way(self, pii: str) -> str:
        """The treatment in words, such as `generalise: prefix`."""
        how = self._of(pii)
        return how if isinstance(how, str) else f"generalise: {how.generalise}"

    def _of(self, pii: str) -> Treatment:
        if pii not in self.treatments:
            raise PolicyError(f"policy {self.version} has no treatment for class {pii}: add it under `treatments`")
        return self.treatments[pii]


def _misfits(pii: str, how: Treatment) -> Iterator[str]:
    if pii not in CLASSES:
        yield f"there is no class {pii}: choose from {', '.join(sorted(CLASSES))}"
    if pii == FREE_TEXT and how not in ("detect", "drop"):
        yield "free_text may not be kept or passed on otherwise: use detect or drop"
    elif how == "keep" and pii != NOT_PERSONAL:
        yield f"only `none` may be kept, not {pii}: choose drop, vault, token, detect or generalise"
    elif how == "detect" and pii not in _SEARCHED:
        yield f"detect is for texts, not for {pii}, of which the whole value is personal: choose drop, vault or token"
    elif pii == NOT_PERSONAL and how != "keep":
        yield "`none` holds nothing personal: use keep"
    elif not isinstance(how, str) and pii not in FITS[how.generalise]:
        fits = ", ".join(sorted(FITS[how.generalise]))
        yield f"generalise: {how.generalise} is for {fits}, not for {pii}: choose drop, vault or token"


def load_policy(path: Path = POLICY_FILE) -> Policy:
    """Read a policy; PolicyError when it is malformed or lacks a class that captured_event.avsc uses.

    Its version is the file's and eight hexadecimal digits of the treatments' hash: `2-1f3a9c0e`. So a treatment that
    was changed under the same version shows in every event, and another comment does not.
    """
    try:
        policy = Policy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise PolicyError(f"{path.name} cannot be used: {_sentence(error)}") from None
    except (OSError, yaml.YAMLError) as error:
        raise PolicyError(f"{path.name} cannot be used: {error}") from error
    missing = sorted(pii_classes(schema("captured_event").source) - set(policy.treatments))
    if missing:
        raise PolicyError(f"{path.name} has no treatment for {', '.join(missing)}: add them under `treatments`")
    content = json.dumps(policy.model_dump(mode="json")["treatments"], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return policy.model_copy(update={"version": f"{policy.version}-{digest[:8]}"})


def _sentence(error: ValidationError) -> str:
    """Each wrong place once, with what is wrong there."""
    told: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in one["loc"][:2]) or "policy"
        told.setdefault(where, one["msg"].removeprefix("Value error, "))
    return "; ".join(f"{where}: {what}" for where, what in told.items())


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
