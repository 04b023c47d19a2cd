"""The contract of a stage: what every Faust agent of Inland runs."""

from collections.abc import Sequence
from typing import Protocol

from streams.delivery.message import Message, Output
from streams.delivery.state import StateView


class Stage(Protocol):
    """Messages in, outputs out. A stage never acknowledges, never writes to Kafka by itself, and owns no loop.

    Around `process` the delivery layer keeps this order, for every batch of one partition (streams.delivery.batch):
    process each message; write all outputs and dead letters and wait for the broker; write the state's changes to the
    table's changelog and wait for the broker; take them into the table; acknowledge. A crash anywhere before the last
    repeats the batch.
    """

    name: str
    group: str
    """Consumer group of the worker that runs the stage (topics.names.consumer_group)."""
    deadline_s: float
    """Longest time one message may take; nine tenths of it are granted for sure.

    Three times over it the message is refused: it would hold up its partition for ever.
    """
    concurrency: int
    """Messages of a batch processed at a time; 1 keeps their order, which a stage with state needs."""

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """Outputs for one message, possibly none. Called again with the same message after a failure or a crash.

        Called with the messages of a partition in their order, one partition beside the other.

        Raises RefusedError for input that no retry can mend: it becomes a dead letter. Raises UnavailableError, or any
        error that streams.delivery.failure.is_transient knows, when something around the stage is away: the message
        waits and is processed again, without end, and only its partition waits with it. Whatever else it raises ends
        the worker with nothing of the batch acknowledged. What the failed attempt put into the state is taken back.
        """
