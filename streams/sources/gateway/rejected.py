"""Answers other than 200. `outcome` is the error's name in the answer, in the log and in the metrics."""


class Rejected(Exception):  # noqa: N818  # an answer, not a failure of ours
    """The request gets this status."""

    def __init__(self, status: int, outcome: str, remedy: str) -> None:
        """`remedy`: what the shop's operator can do; sent in the answer's body. Neither text holds a value received."""
        super().__init__(outcome)
        self.status = status
        self.outcome = outcome
        self.remedy = remedy
