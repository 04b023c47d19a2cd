"""A stage's state: read through, written only after the outputs that it led to are confirmed.

Written earlier, a crash between the two would leave a state that says "published" for what never was.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, Protocol

State = dict[str, Any]
WAKE_AT: Final = "wake_at"
"""Key under which a state names its timer: see streams.delivery.stage.WakingStage."""


class _No(Enum):
    CHANGE = 0


Change = State | None | Literal[_No.CHANGE]
"""What a batch does to one key: a new state, None for its deletion, or nothing."""


class StateView(Protocol):
    """What a stage sees of its state: JSON objects by string key, for one message at a time."""

    def get(self, key: str) -> State | None:
        """Newest state of the key, changes of the same batch included; None when there is none."""

    def put(self, key: str, value: State) -> None:
        """Replace the state of the key; the value must not be changed afterwards."""

    def delete(self, key: str) -> None:
        """Forget the state of the key, if there is one: a tombstone in the changelog, nothing in the store."""


class Readable(Protocol):
    """What an overlay reads through to."""

    def get(self, key: str) -> State | None:
        """State of the key, or None."""


class Overlay:
    """The changes of one batch above what the table holds."""

    def __init__(self, below: Readable) -> None:
        self._below = below
        self._changed: dict[str, State | None] = {}

    @property
    def changed(self) -> Mapping[str, State | None]:
        """New state by key, None for a deleted one, in the order in which the keys were first changed."""
        return self._changed

    def get(self, key: str) -> State | None:
        """See StateView."""
        found = self.peek(key)
        return self._below.get(key) if found is _No.CHANGE else found

    def put(self, key: str, value: State) -> None:
        """See StateView."""
        self._changed[key] = value

    def delete(self, key: str) -> None:
        """See StateView."""
        if self._below.get(key) is None:
            # The changelog knows nothing of it: a tombstone would delete nothing.
            self._changed.pop(key, None)
        else:
            self._changed[key] = None

    def restore(self, key: str, before: Change) -> None:
        """Put the changes of the key back to what they were."""
        if before is _No.CHANGE:
            self._changed.pop(key, None)
        else:
            self._changed[key] = before

    def peek(self, key: str) -> Change:
        """What the batch has done to the key so far."""
        return self._changed.get(key, _No.CHANGE)


class Attempt:
    """The view of one attempt to process one message: what it puts and deletes can be taken back."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._before: dict[str, Change] = {}

    def get(self, key: str) -> State | None:
        """See StateView."""
        return self._overlay.get(key)

    def put(self, key: str, value: State) -> None:
        """See StateView."""
        self._remember(key)
        self._overlay.put(key, value)

    def delete(self, key: str) -> None:
        """See StateView."""
        self._remember(key)
        self._overlay.delete(key)

    def _remember(self, key: str) -> None:
        if key not in self._before:
            self._before[key] = self._overlay.peek(key)

    def take_back(self) -> None:
        """Undo what this attempt has changed: it failed, and will be made again."""
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

    def delete(self, key: str) -> None:
        """As `put`."""
        raise RuntimeError(f"this stage has no table for {len(key)}-character keys: give its agent one")

    def take_back(self) -> None:
        """Nothing was put."""
