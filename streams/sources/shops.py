"""The shops that may deliver, and the secrets that their webhooks are signed with."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streams.settings import secret

# Two at a time, so that a secret can be rotated without refusing a delivery.
MAX_SECRETS = 2


class ShopsFileError(ValueError):
    """The shops file is wrong; the message names the file and the rule."""


class _Shop(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    home_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    source_url: str
    webhook_secret_files: Annotated[list[Path], Field(min_length=1, max_length=MAX_SECRETS)]


class _ShopsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    shops: Annotated[list[_Shop], Field(min_length=1)]


# What WordPress' wp_specialchars_decode knows with ENT_QUOTES, and no other entity: a secret may hold "&copy" as it is.
_ENTITIES = {
    "amp": "&", "#038": "&", "#x26": "&", "lt": "<", "#060": "<", "#x3c": "<", "gt": ">", "#062": ">", "#x3e": ">",
    "quot": '"', "#034": '"', "#x22": '"', "#039": "'", "#x27": "'",
}  # fmt: skip
_ENTITY = re.compile("&(" + "|".join(_ENTITIES) + ");")


def decoded(text: str) -> str:
    """A webhook's secret as WooCommerce uses it: stored with entities, decoded once before it signs.

    Source: WooCommerce, WC_Webhook::generate_signature.
    """
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


@dataclass(frozen=True)
class Shop:
    """One shop. `home_country` rules records that are about no person."""

    id: str
    home_country: str
    source_url: str
    secret_files: tuple[Path, ...] = field(repr=False)

    @cached_property
    def secrets(self) -> tuple[bytes, ...]:
        """Webhook secrets as WooCommerce signs with them; ValueError names the file that holds none."""
        return tuple(_webhook_secret(path) for path in self.secret_files)


def _webhook_secret(path: Path) -> bytes:
    try:
        found = decoded(secret(path)).encode()
    except UnicodeDecodeError:
        raise ValueError(f"the secret's file {path} is no UTF-8") from None
    if not found:
        # Anybody can sign with nothing.
        raise ValueError(f"the secret's file {path} is empty")
    return found


def read_shops(path: Path) -> dict[str, Shop]:
    """The shops by id; ShopsFileError when the file is missing or wrong."""
    try:
        content = _ShopsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ShopsFileError(f"shops file {path}: {error}") from None
    found = {
        shop.id: Shop(shop.id, shop.home_country, shop.source_url, tuple(shop.webhook_secret_files))
        for shop in content.shops
    }
    if len(found) != len(content.shops):
        raise ShopsFileError(f"shops file {path}: two shops share an id")
    return found
