"""Chance, and the language a text is of: what every slot draws with."""

import random
import string
from dataclasses import dataclass

from streams.redact.ner.training.lists import words


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn, and in which order, decides a seed's texts: a change of either is a change of all texts."""

    language: str
    rng: random.Random

    def one(self, *values: str) -> str:
        """One of the values, each as likely; a value named twice is twice as likely."""
        return self.rng.choice(values)

    def own(self, kind: str) -> str:
        """One of the language's words of a kind."""
        return str(self.rng.choice(words()[self.language][kind]))

    def shared(self, kind: str) -> str:
        """One of the words of a kind that all languages share."""
        return str(self.rng.choice(words()[kind]))

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(self.rng.choices(string.digits, k=count))

    def capitals(self, count: int) -> str:
        """So many capital letters."""
        return "".join(self.rng.choices(string.ascii_uppercase, k=count))
