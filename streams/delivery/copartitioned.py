"""Topics that share a table must have as many partitions as it: a key's records and its state meet by partition number.

Faust assigns topics of equal partition count to the same worker, partition by partition, if all workers of the group
read all of them. It says nothing where the counts differ, and lets the records meet the wrong state.
"""

from collections.abc import Mapping, Sequence

from streams.delivery.stage import Stage, WakingStage
from streams.delivery.table import Table
from topics.model import Topic


class WiringError(ValueError):
    """A stage was given topics or a table that do not fit it; the text says what to do."""


def check_wiring(stage: Stage, topics: Sequence[str], table: Table | None, known: Mapping[str, Topic]) -> None:
    """WiringError unless topics, table and stage fit one another; `known`: the catalogue, which names their counts."""
    if table is None:
        if isinstance(stage, WakingStage):
            raise WiringError(f"{stage.name} has timers, which are kept in states: give its agent a table")
        return
    if (isinstance(stage, WakingStage) and table.stages) or table.waking:
        raise WiringError(
            f"{stage.name} and {', '.join(table.stages)} share {table.changelog}, and it has timers: whose they are is "
            "not known. Give each a table of its own"
        )
    counts = {topic: known[topic].spec.partitions for topic in topics if topic in known}
    counts[table.changelog] = table.partitions
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{topic}: {count}" for topic, count in sorted(counts.items()))
        raise WiringError(
            f"{stage.name} keeps one state for topics of different partition counts ({told}): a record would meet the "
            "state of another key. Give them the same `partitions` in the catalogue"
        )
