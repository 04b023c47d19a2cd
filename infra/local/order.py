"""The order in which components start, from what each needs; the reverse is the order in which they stop."""

from collections.abc import Sequence

from infra.local.component import Component


class OrderError(ValueError):
    """The components need each other in a circle, or need one that is not there."""


def levels(components: Sequence[Component]) -> list[list[Component]]:
    """Components by level: all of one level may start together once the levels before are healthy.

    Raises OrderError for a need nobody meets.
    """
    by_name = {component.name: component for component in components}
    for component in components:
        if missing := [need for need in component.needs if need not in by_name]:
            raise OrderError(f"{component.name} needs {missing}, which is not among {sorted(by_name)}")
    placed: set[str] = set()
    result: list[list[Component]] = []
    while len(placed) < len(by_name):
        level = [c for c in components if c.name not in placed and placed.issuperset(c.needs)]
        if not level:
            raise OrderError(f"these need each other in a circle: {sorted(by_name.keys() - placed)}")
        result.append(level)
        placed.update(component.name for component in level)
    return result
