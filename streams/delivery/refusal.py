"""The refusal of a record."""


class RefusedError(Exception):
    """The record breaks a rule that no retry can mend. Holds the rule and the remedy, never a value of the record."""

    def __init__(self, rule: str, remedy: str, cause: type[BaseException] | None = None) -> None:
        """`rule`: what was broken; `remedy`: what to do; `cause`: the exception type underneath, if any."""
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy
        self.cause = (cause or type(self)).__name__
