"""Row changes that put a key or an endpoint of a foreign AI service into the shop's settings. Pure.

What is looked at is the row as it is now: a change that takes a key out raises nothing. Base64 and encrypted values are
not opened.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.foreign_ai.services import services
from streams.sources.debezium import Change
from streams.sources.fields import identifier, text
from streams.sources.foreign_ai.scan import Found, Kind, scanner


@dataclass(frozen=True, slots=True)
class _Columns:
    row_id: str
    name: str
    value: str


SETTINGS: Mapping[str, _Columns] = {
    "options": _Columns("option_id", "option_name", "option_value"),
    "postmeta": _Columns("meta_id", "meta_key", "meta_value"),
    "usermeta": _Columns("umeta_id", "meta_key", "meta_value"),
}
# Some plugins name a cached answer after the key or the account that asked.
_ADDRESS = re.compile(r"[^\s@/]+@[^\s@/]+")


@dataclass(frozen=True, slots=True)
class Violation:
    """One key or endpoint in one row. `secret` is what was found: for a fingerprint, and for nothing else."""

    service: str
    kind: Kind
    rule: str
    table: str
    row_id: int
    name: str
    """The option's or meta field's name; what it holds of keys and e-mail addresses is masked."""
    secret: str = field(repr=False)


def scan(change: Change) -> list[Violation]:
    """What the row holds now, each key and host once; RefusedError when a column is not what it should be."""
    columns = SETTINGS.get(change.table)
    if columns is None or change.op not in ("c", "u", "r"):
        return []
    name, value = text(change.after, columns.name), text(change.after, columns.value)
    hearsay = name.startswith(services().hearsay)
    found = scanner().scan(f"{name}\n{value}", len(name), endpoints=not hearsay)
    if not found:
        return []
    row_id, shown = identifier(change.after, columns.row_id), _masked(name, found)
    once = {(one.service, one.kind, one.secret): one for one in reversed(found)}
    return [
        Violation(one.service, one.kind, one.rule, change.table, row_id, shown, one.secret)
        for one in reversed(once.values())
    ]


def shown_name(name: str) -> str:
    """A setting's name as it may be shown: keys and e-mail addresses in it are masked."""
    return _masked(name, scanner().scan(name, len(name), endpoints=False))


def _masked(name: str, found: list[Found]) -> str:
    for one in found:
        if one.kind == "api_key":
            name = name.replace(one.secret, "<api_key>")
    return _ADDRESS.sub("<email>", name)
