"""What one worker's client may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a region's client. Defaults fit one worker beside one GPU server.

    `concurrency`: most calls in flight to one server; it adapts below. `queue_target_s`: longest wait in the server's
    own queue before fewer calls are sent. `info_every_s`: how often a server is asked what it serves.
    `answer_bytes`: most bytes of one answer. `address_s`: how long a look at an endpoint's address counts.
    `connect_s`: longest wait for a connection.
    """

    concurrency: int = 64
    queue_target_s: float = 1.0
    info_every_s: float = 60.0
    answer_bytes: int = 4_000_000
    address_s: float = 5.0
    connect_s: float = 5.0

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise ValueError("concurrency below 1: no call could be made")
