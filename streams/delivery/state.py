"""A stage's state: read through, written only after the outputs that it led to are confirmed.

Written earlier, a crash between the two would leave a state that says "published" for what never was.
"""

from collections.abc import Mapping
from typing import Any, Protocol

State = dict[str, Any]


class StateView(Protocol):
    """What a stage sees of its state: JSON objects by string key, for one message at a time."""

    def get(self, key: str) -> State | None:
        """Newest state of the key, changes of the same batch included; None when there is none."""

    def put(self, key: str, value: State) -> None:
        """Replace the state of the key; the value must not be changed afterwards."""


class Readable(Protocol):
    """What an overlay reads through to."""

    def get(self, key: str) -> State | None:
        """State of the key, or None."""


class Overlay:
    """The changes of one batch above what the table holds."""

    def __init__(self, below: Readable) -> None:
        self._below = below
        self._changed: dict[str, State] = {}

    @property
    def changed(self) -> Mapping[str, State]:
        """New state by key, in the order in which the keys were first changed."""
        return self._changed

    def get(self, key: str) -> State | None:
        """See StateView."""
        found = self._changed.get(key)
        return self._below.get(key) if found is None else found

    def put(self, key: str, value: State) -> None:
        """See StateView."""
        self._changed[key] = value

    def restore(self, key: str, before: State | None) -> None:
        """Put the changes of the key back to what they were; None for no change."""
        if before is None:
            self._changed.pop(key, None)
        else:
            self._changed[key] = before

    def peek(self, key: str) -> State | None:
        """The change of the key, or None when the batch has not changed it."""
        return self._changed.get(key)


class Attempt:
    """The view of one attempt to process one message: what it puts can be taken back."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._before: dict[str, State | None] = {}

    def get(self, key: str) -> State | None:
        """See StateView."""
        return self._overlay.get(key)

    def put(self, key: str, value: State) -> None:
        """See StateView."""
        if key not in self._before:
            self._before[key] = self._overlay.peek(key)
        self._overlay.put(key, value)

    def take_back(self) -> None:
        """Undo what this attempt has put: it failed, and will be made again."""
        for key, before in self._before.items():
            self._overlay.restore(key, before)
        self._before.clear()


class Stateless:
    """The view of a stage that keeps nothing."""

    def get(self, key: str) -> State | None:
        """Nothing is kept."""
        return None

    def put(self, key: str, value: State) -> None:
        """A stateless stage that puts is wired wrongly."""
        raise RuntimeError(f"this stage has no table for {len(key)}-character keys: give its agent one")

    def take_back(self) -> None:
        """Nothing was put."""
