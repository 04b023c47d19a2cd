"""How often, and after which pause, a component that ended is started again."""

from dataclasses import dataclass

from infra.local.component import Component
from infra.local.settings import LocalSettings


@dataclass(frozen=True, slots=True)
class Restarts:
    """Pauses in seconds, doubling from `first_s` to `longest_s`; `most` restarts in a row, None for no bound."""

    first_s: float
    longest_s: float
    most: int | None
    steady_s: float = 60.0
    """A component that ran for so long has its restarts forgiven."""

    def backoff_s(self, before: int) -> float | None:
        """Pause before the next restart when there were `before` in a row; None when there is to be none."""
        if self.most is not None and before >= self.most:
            return None
        return float(min(self.first_s * 2 ** min(before, 30), self.longest_s))


OF_STAGES = Restarts(first_s=1.0, longest_s=30.0, most=8)
INSISTENT = Restarts(first_s=0.2, longest_s=2.0, most=None)
"""For a platform whose parts are killed on purpose, again and again: none of it may stay down."""


def restarts_of(component: Component, settings: LocalSettings) -> Restarts | None:
    """What the settings say of `component`; None for one that stays down when it dies."""
    if component.one_shot:
        return None
    if settings.restart_infrastructure:
        return INSISTENT
    return OF_STAGES if component.restart else None
