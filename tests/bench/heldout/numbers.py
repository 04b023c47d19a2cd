"""Numbers with valid check digits, drawn at random. Rules: ISO 13616 (IBAN), ISO 7812 (cards)."""

from collections.abc import Sequence
from random import Random

_CF_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_BBAN = {
    "NL": ("INGB", 10), "BE": ("", 12), "DE": ("", 18), "AT": ("", 16), "FR": ("", 23), "ES": ("", 20),
    "IT": ("", 23), "PL": ("", 24), "SE": ("", 20), "PT": ("", 21), "GB": ("NWBK", 14), "IE": ("AIBK", 14),
}  # fmt: skip
"""Bank letters that open the account part, and how many digits follow."""


def digits(rng: Random, count: int) -> str:
    """Digits, the first of which is not 0."""
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


def weighted(number: str, weights: Sequence[int]) -> int:
    """Sum of digits by weights."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def luhn(number: str) -> str:
    """A number with its Luhn digit behind it."""
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(number)))
    return number + str(-sum(each // 10 + each % 10 for each in doubled) % 10)


def iban(rng: Random, country: str) -> str:
    """An IBAN, in groups of four or in one piece."""
    bank, count = _BBAN[country]
    account = bank + digits(rng, count)
    if country == "IT":
        account = rng.choice("ABCDEFGHKLM") + account[1:]
    moved = "".join(str(int(sign, 36)) for sign in account + country + "00")
    whole = f"{country}{98 - int(moved) % 97:02d}{account}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if rng.random() < 0.6 else whole


def card(rng: Random) -> str:
    """A card number of sixteen digits, grouped or not."""
    whole = luhn(rng.choice(("49", "51", "54")) + digits(rng, 13))
    joint = rng.choice((" ", " ", "", "-"))
    return joint.join(whole[at : at + 4] for at in range(0, 16, 4))


def passport(rng: Random) -> str:
    """A passport number: letters and digits, at least four digits."""
    letters = "".join(rng.choice("BCFGHJKLMNPRTVXYZ") for _ in range(2))
    return letters + digits(rng, rng.choice((6, 7)))


def birth(rng: Random) -> str:
    """Six digits YYMMDD of the twentieth century."""
    return f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"


def fiscal_code(rng: Random) -> str:
    """An Italian codice fiscale."""
    names = "".join(rng.choice("BCDFGLMNPRSTVZ") for _ in range(6))
    day = rng.randint(1, 28) + 40 * rng.randint(0, 1)
    body = f"{names}{rng.randint(40, 99)}{rng.choice('ABCDEHLMPRST')}{day:02d}{rng.choice('ADFHL')}{digits(rng, 3)}"
    values = (int(sign, 36) - 10 if sign.isalpha() else int(sign) for sign in body)
    return body + chr(65 + sum(value if at % 2 else _CF_ODD[value] for at, value in enumerate(values)) % 26)
