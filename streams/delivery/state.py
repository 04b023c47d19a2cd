"""A stage's state: read through, written only after the outputs that it led to are confirmed.

Written earlier, a crash between the two would leave a state that says "published" for what never was.
"""

import weakref
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Protocol

from faust import streams as faust_streams

State = dict[str, Any]


class StateView(Protocol):
    """What a stage sees of its state: JSON objects by string key, for one message at a time."""

    def get(self, key: str) -> State | None:
        """Newest state of the key, changes of the same batch included; None when there is none."""

    def put(self, key: str, value: State) -> None:
        """Replace the state of the key; the value must not be changed afterwards."""


class Overlay:
    """The changes of one batch above a Faust table; `write` hands them to the table."""

    def __init__(self, table: MutableMapping[str, State]) -> None:
        self._table = table
        self._changed: dict[str, tuple[State, Any]] = {}
        self._event: Any = None

    def at(self, event: Any) -> "Overlay":
        """Make the Faust event whose partition the following changes belong to the current one."""
        self._event = event
        return self

    def get(self, key: str) -> State | None:
        """See StateView."""
        if key in self._changed:
            return self._changed[key][0]
        return self._table.get(key)

    def put(self, key: str, value: State) -> None:
        """See StateView."""
        self._changed[key] = (value, self._event)

    def write(self) -> None:
        """Hand the changes to the table; its changelog is flushed before Faust commits the input's offsets."""
        for key, (value, event) in self._changed.items():
            with _as_current(event):
                self._table[key] = value
        self._changed.clear()


@contextmanager
def _as_current(event: Any) -> Iterator[None]:
    """Faust's tables find the changelog's partition through the stream's current event, which `take` does not set in
    the agent's own task (faust.tables.base.Collection.partition_for_key): set it here, for the one write.
    """
    token = faust_streams._current_event.set(weakref.ref(event))
    try:
        yield
    finally:
        faust_streams._current_event.reset(token)


class Stateless:
    """The view of a stage that keeps nothing."""

    def get(self, key: str) -> State | None:
        """Nothing is kept."""
        return None

    def put(self, key: str, value: State) -> None:
        """A stateless stage that puts is wired wrongly."""
        raise RuntimeError(f"this stage has no table for {len(key)}-character keys: give its agent one")
