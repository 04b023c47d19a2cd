"""How many calls one server takes at a time, found out by trying. Pure: the clock's times are given.

Additive increase, multiplicative decrease: D.-M. Chiu, R. Jain, "Analysis of the Increase and Decrease Algorithms for
Congestion Avoidance in Computer Networks" (1989); the fast start and "one decrease for what was sent before it" are
TCP's (RFC 5681, RFC 6582).
"""

START = 16
DECREASE = 0.7


class Limit:
    """Between 1 and the ceiling. Grows only while it is what holds calls back."""

    def __init__(self, ceiling: int, queue_target_s: float) -> None:
        """`ceiling`: the setting. `queue_target_s`: longest wait in the server's queue before it counts as full."""
        self._setting = ceiling
        self._ceiling = ceiling
        self._target_us = queue_target_s * 1e6
        self._value = float(min(START, ceiling))
        self._cut_at = float("-inf")
        self._starting = True

    @property
    def value(self) -> int:
        """Most calls in flight now."""
        return int(self._value)

    def bound(self, stated: int | None) -> None:
        """Take over what the server says it admits at most (TGI's max_concurrent_requests); None: it says nothing."""
        self._ceiling = self._setting if stated is None else max(1, min(self._setting, stated))
        self._value = min(self._value, float(self._ceiling))

    def answered(
        self, waited_us: int | None, served_us: int | None, in_flight: int, sent_at: float, now: float
    ) -> None:
        """A call was answered. `in_flight`: calls under way, itself included; times in monotonic seconds.

        `waited_us`, `served_us`: in the server's queue, and in its hands. A slow server is not a full one: it is full
        when calls wait beyond the target and longer than they are served, for then it has more than it needs.
        """
        if waited_us is not None and waited_us > max(self._target_us, served_us or 0):
            self.refused(sent_at, now)
        elif in_flight + 1 >= self._value:
            step = 1.0 if self._starting else 1.0 / self._value
            self._value = min(float(self._ceiling), self._value + step)

    def refused(self, sent_at: float, now: float) -> None:
        """A call was turned away (429) or not answered in time. What was sent before the last decrease is no news."""
        if sent_at < self._cut_at:
            return
        self._value = max(1.0, self._value * DECREASE)
        self._cut_at, self._starting = now, False
