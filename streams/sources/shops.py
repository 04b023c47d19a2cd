"""The shops that may deliver, and the secrets that their webhooks are signed with."""

import html
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


@dataclass(frozen=True)
class Shop:
    """One shop. `home_country` rules records that are about no person."""

    id: str
    home_country: str
    source_url: str
    secret_files: tuple[Path, ...] = field(repr=False)

    @cached_property
    def secrets(self) -> tuple[bytes, ...]:
        """Webhook secrets as WooCommerce signs with them: HTML entities decoded first."""
        return tuple(html.unescape(secret(path)).encode() for path in self.secret_files)


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
