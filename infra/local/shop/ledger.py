"""The oracle: a file of JSON lines that says what the shop did, personal data included. Mode 600, for tests only."""

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self, TextIO, TypeAlias

from infra.local.shop.model import LabelledText, PersonalValue


@dataclass(frozen=True, slots=True)
class WebhookFact:
    """One delivery: `http_status` is None when no answer came, `outcome` acknowledged, refused, failed or dropped."""

    kind: ClassVar[str] = "webhook"
    topic: str
    resource_id: int
    status: str
    outcome: str
    http_status: int | None
    body_sha256: str
    sent_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowFact:
    """One committed row change of a table that matters to the business; `about` is the order or product id.

    `table` is the table's name under WordPress' own prefix. What: insert, update (of an order's status) or delete; a
    deletion of all that belongs to `about` has id 0.
    """

    kind: ClassVar[str] = "row"
    table: str
    id: int
    what: str
    about: int
    detail: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class TextFact:
    """A free text as written: where it stands, what personal data it holds, what it means."""

    kind: ClassVar[str] = "text"
    source: str
    table: str
    id: int
    column: str
    about: int
    text: LabelledText = field(repr=False)
    in_webhook: bool


@dataclass(frozen=True, slots=True)
class PersonalFact:
    """Personal values that stand in fields of an order or account."""

    kind: ClassVar[str] = "personal"
    resource: str
    id: int
    country: str
    values: tuple[PersonalValue, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """One business change that is committed, in the terms of `commerce_event`: what a listener must come to know.

    `event_type` and `entity` are that schema's. An order is placed, updated, status_changed, refunded (whatever its
    status becomes) or deleted (trashed, or erased without the trash); what comes back out of the trash as it was is
    updated. A coupon counts as updated when it is used, too. A cart is abandoned when goods lay in it at the end of
    the run, and recovered when somebody who left it came back: a listener can tell both only by a quiet time that is
    shorter.
    """

    kind: ClassVar[str] = "change"
    event_type: str
    entity: str
    id: int
    """Of the entity, as in the database; of a cart the session's."""
    changed_at: datetime
    """UTC second that the entity itself bears, or of the commit where it bears none (options, carts, edits of reviews,
    deletions, uses of coupons)."""
    status: str | None = None
    """Of an order or product as in a payload; `trash` once trashed; of a review approved, hold or trash."""
    total: str | None = None
    """Of an order with tax, of a cart without; euro, two decimals."""
    about: int = 0
    """The order of a note, the product of a review."""
    name: str = ""
    """Of an option; key of a cart's session."""


Fact: TypeAlias = WebhookFact | RowFact | TextFact | PersonalFact | ChangeFact


class Ledger:
    """Appends facts and counts them. Without a path it counts only."""

    def __init__(self, path: Path | None) -> None:
        """Nothing is opened before `with`."""
        self._path = path
        self._file: TextIO | None = None
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        """Open for appending, readable by the owner alone."""
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def write(self, fact: Fact) -> None:
        """Append one line, whole: a crash leaves no half fact behind."""
        self.counts[_counter(fact)] += 1
        if self._file:
            line = {"kind": fact.kind} | asdict(fact)
            self._file.write(json.dumps(line, default=_plain, ensure_ascii=False) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _counter(fact: Fact) -> str:
    match fact:
        case WebhookFact():
            return f"webhook.{fact.outcome}"
        case TextFact():
            return f"text.{fact.source}"
        case RowFact():
            return f"row.{fact.detail or fact.table}"
        case PersonalFact():
            return f"personal.{fact.resource}"
        case ChangeFact():
            return f"change.{fact.event_type}"
