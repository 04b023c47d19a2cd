"""The contract of a stage: what every Faust agent of Inland runs."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class WakingStage(Stage, Protocol):
    """A stage whose states may name a time at which it wants to be called, message or no message.

    A state that holds `wake_at` (streams.delivery.state.WAKE_AT), epoch milliseconds as an int, sets the timer of its
    key; a state without it, and a deleted one, have none. So the timer is a part of the state: it is as durable, moves
    with it to another worker, and rings there if its time has passed meanwhile.
    """

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """Outputs for a key whose `wake_at` has passed, possibly none.

        Called while no message and no other key of the same partition number is processed, some tenths of a second
        after the time at the earliest, later where the partition has much to do or waits. What it returns and changes
        is written as for a message: outputs confirmed first, the changed states after them. A crash between the two
        has the timer ring again: as with a message, the same state must lead to the same outputs.

        It must move `wake_at` into the future, remove it, or delete the state; else it is called again after a pause.
        The state given by `state.get(key)` is the newest, and its `wake_at` is the one that has passed.

        Fails as `process` does, but for RefusedError, which ends the worker like any defect: there is no record that
        could become a dead letter. A stage that must give something up here returns a dead letter among its outputs.
        """
