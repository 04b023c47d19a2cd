"""What is measured of Presidio; apart from the module that loads it."""

from dataclasses import dataclass

from tests.bench.groups import Group
from tests.bench.pace import Paces


@dataclass(frozen=True, slots=True)
class Shipped:
    """What Presidio did, and with which model."""

    model: str
    quality: tuple[Group, ...]
    paces: Paces
