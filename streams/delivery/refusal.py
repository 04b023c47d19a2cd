"""Telling what will never work from what may work later.

A stage raises RefusedError for input that no retry can mend: it goes to the dead letters. Any other exception
means that the world around the stage failed: the stage stops without acknowledging, and is started again.
"""


class RefusedError(Exception):
    """The record breaks a rule. Holds the rule and the remedy, never a value of the record."""

    def __init__(self, rule: str, remedy: str, cause: type[BaseException] | None = None) -> None:
        """`rule`: what was broken; `remedy`: what to do; `cause`: the exception type underneath, if any."""
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy
        self.cause = (cause or type(self)).__name__
