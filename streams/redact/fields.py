"""The walk over a captured record: what each field becomes, and which values the record itself makes known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from avro_schemas.schemas import schema
from streams.redact.plan import FieldPlan, annotations, records_in
from streams.redact.policy import FREE_TEXT, NOT_PERSONAL, Action
from streams.redact.values import KnownValue


class Treat(Protocol):
    """Makes a personal value into what may be passed on; never asked to keep or drop."""

    def __call__(self, action: Action, pii: str, path: str, value: str) -> str:
        """The value to write at `path`."""


@dataclass(frozen=True, slots=True, repr=False)
class Dropped:
    """A personal value that was left out. ``action``: drop or vault."""

    path: str
    pii: str
    action: Action
    value: str


def redact_fields(
    plan: Sequence[FieldPlan], record: Mapping[str, Any], treat: Treat, dropped: list[Dropped], path: str = ""
) -> dict[str, Any]:
    """The record in its redacted shape. What is left out is noted in `dropped` where it held anything personal."""
    out: dict[str, Any] = {}
    for field in plan:
        value = record[field.name]
        here = path + field.name
        if field.action in ("drop", "vault"):
            dropped.extend(_personal(field, value, here))
        elif value is None:
            out[field.name] = None
        elif field.inner:
            inner = [
                redact_fields(field.inner, one, treat, dropped, f"{here}[]." if field.many else f"{here}.")
                for one in _each(value)
            ]
            out[field.name] = inner if field.many else inner[0]
        elif field.action == "keep":
            out[field.name] = value
        else:
            out[field.name] = (
                [treat(field.action, field.pii, here, one) for one in value]
                if field.many
                else treat(field.action, field.pii, here, value)
            )
    return out


def known_values(plan: Sequence[FieldPlan], record: Mapping[str, Any]) -> tuple[KnownValue, ...]:
    """Every value of an annotated field that may identify somebody; names of one record also joined in its order."""
    return tuple(dict.fromkeys(_known(plan, record)))


def known_values_of(name: str, record: Mapping[str, Any]) -> tuple[KnownValue, ...]:
    """The same for one record inside captured_event.avsc, by its name there (`Address`); KeyError when it has none."""
    return known_values(_annotations(name), record)


@cache
def _annotations(name: str) -> tuple[FieldPlan, ...]:
    return annotations(records_in(schema("captured_event").source), name)


def texts(plan: Sequence[FieldPlan], record: Mapping[str, Any]) -> Iterator[str]:
    """The free texts of a record, in order."""
    for field, value in _leaves(plan, record):
        if field.action == "detect":
            yield value


def _known(plan: Sequence[FieldPlan], record: Mapping[str, Any]) -> Iterator[KnownValue]:
    names: list[str] = []
    for field in plan:
        value = record[field.name]
        for one in _each(value):
            if field.inner:
                yield from _known(field.inner, one)
            elif isinstance(one, str) and one.strip() and field.pii not in (NOT_PERSONAL, FREE_TEXT):
                yield KnownValue(one, field.pii)
                if field.pii == "person":
                    names.append(one.strip())
    if len(names) > 1:
        yield KnownValue(" ".join(names), "person")


def _leaves(plan: Sequence[FieldPlan], record: Mapping[str, Any]) -> Iterator[tuple[FieldPlan, str]]:
    for field in plan:
        for one in _each(record[field.name]):
            if field.inner:
                yield from _leaves(field.inner, one)
            elif isinstance(one, str):
                yield field, one


def _personal(field: FieldPlan, value: Any, path: str) -> Iterator[Dropped]:
    for one in _each(value):
        here = f"{path}[]" if field.many else path
        if field.inner:
            for inner in field.inner:
                yield from _personal(inner, one[inner.name], f"{here}.{inner.name}")
        elif field.pii != NOT_PERSONAL and one not in ("", None):
            yield Dropped(here, field.pii, field.action, str(one))


def _each(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
