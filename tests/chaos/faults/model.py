"""The model's answers come late, come as errors, or do not come."""

from dataclasses import dataclass

from tests.chaos.proxy import Mode, Passing
from tests.chaos.stand import Stand


@dataclass(slots=True)
class ModelTrouble:
    """A mode of the proxy between enrich and the model server, for a while."""

    name: str
    mode: Mode
    lasts_s: float

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        stand.proxy.mode = self.mode

    async def heal(self, stand: Stand) -> None:
        """See Fault."""
        stand.proxy.mode = Passing()
