"""What cannot be redacted with certainty is held back."""


class WithheldError(Exception):
    """The event must not be passed on. ``rule``: which one it broke; ``remedy``: what to do. No payload in either."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}: {remedy}")
        self.rule = rule
        self.remedy = remedy
