"""Notices that this process stood still: stopped by a signal, swapped out, or its machine suspended.

For as long as that lasts no heartbeat leaves, and past the session's time-out the group gives the partitions to another
member. Whoever wakes up then and goes on writing overwrites the state of the new owner.
"""

import asyncio

from streams.delivery.failure import FencedError

_BEAT_S = 0.5


class Pulse:
    """Beats on the event loop; a gap longer than the session is remembered for ever."""

    def __init__(self, session_s: float) -> None:
        """`session_s`: the consumer's session time-out."""
        self._session_s = session_s
        self._last: float | None = None
        self._stood_s = 0.0

    async def run(self) -> None:
        """Beat for ever."""
        while True:
            self._beat()
            await asyncio.sleep(_BEAT_S)

    def check(self) -> None:
        """FencedError when the process has stood still; to be asked right before anything is written."""
        self._beat()
        if self._stood_s > self._session_s:
            raise FencedError(
                f"this process stood still for {self._stood_s:.0f} s, its session lasts {self._session_s:g} s: "
                "its partitions may have another owner, so it ends without writing; it is safe to start it again"
            )

    def _beat(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._last is not None:
            self._stood_s = max(self._stood_s, now - self._last)
        self._last = now
