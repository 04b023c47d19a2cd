"""The national and the VAT identifiers of a country, each with its label."""

from collections.abc import Callable, Iterator
from random import Random

from tests.bench.heldout.numbers import birth, digits, fiscal_code, luhn, weighted

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def _drawn(rng: Random, count: int) -> Iterator[str]:
    while True:
        yield digits(rng, count)


def _bsn(rng: Random) -> str:
    return next(one for one in _drawn(rng, 9) if weighted(one, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0)


def _niss(rng: Random) -> str:
    body = f"{birth(rng)}{rng.randint(1, 997):03d}"
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{97 - int(body) % 97:02d}"


def _iso7064(number: str) -> str:
    product = 10
    for digit in number:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return number + str((11 - product) % 10)


def _steuer_id(rng: Random) -> str:
    """One digit stands twice, the others once at most: as the tax office gives them out."""
    drawn = rng.sample("0123456789", 9)
    drawn.insert(rng.randint(1, 9), drawn[0])
    if drawn[0] == "0":
        return _steuer_id(rng)
    return _iso7064("".join(drawn))


def _nir(rng: Random) -> str:
    body = f"{rng.randint(1, 2)}{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(10, 95)}{digits(rng, 6)}"
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {97 - int(body) % 97:02d}"


def _dni(rng: Random) -> str:
    body = digits(rng, 8)
    return body + _DNI[int(body) % 23]


def _pesel(rng: Random) -> str:
    body = birth(rng) + digits(rng, 4)
    return body + str(-weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def _personnummer(rng: Random) -> str:
    whole = luhn(birth(rng) + digits(rng, 3))
    return f"{whole[:6]}-{whole[6:]}"


def _portuguese(rng: Random) -> str:
    body = "2" + digits(rng, 7)
    check = 11 - weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return body + str(check if check < 10 else 0)


def _nip(rng: Random) -> str:
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    body = next(one for one in _drawn(rng, 9) if weighted(one, weights) % 11 < 10)
    return body + str(weighted(body, weights) % 11)


def _btw(rng: Random) -> str:
    return f"NL{_bsn(rng)}B0{rng.randint(1, 3)}"


def _belgian_vat(rng: Random) -> str:
    body = "0" + digits(rng, 7)
    return f"BE{body}{97 - int(body) % 97:02d}"


def _french_vat(rng: Random) -> str:
    siren = luhn(digits(rng, 8))
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _british_vat(rng: Random) -> str:
    body = digits(rng, 7)
    return f"GB{body}{97 - weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 97:02d}"


NATIONAL: dict[str, tuple[str, Callable[[Random], str]]] = {
    "NL": ("bsn", _bsn),
    "BE": ("niss", _niss),
    "DE": ("steuer_id", _steuer_id),
    "FR": ("nir", _nir),
    "ES": ("nif", _dni),
    "IT": ("codice_fiscale", fiscal_code),
    "PL": ("pesel", _pesel),
    "SE": ("personnummer", _personnummer),
    "PT": ("nif", _portuguese),
}
VAT: dict[str, Callable[[Random], str]] = {
    "NL": _btw,
    "BE": _belgian_vat,
    "DE": lambda rng: "DE" + _iso7064(digits(rng, 8)),
    "FR": _french_vat,
    "ES": lambda rng: "ES" + _dni(rng),
    "IT": lambda rng: "IT" + luhn(digits(rng, 7) + "012"),
    "PL": lambda rng: "PL" + _nip(rng),
    "SE": lambda rng: f"SE55{luhn('55' + digits(rng, 7))[2:]}01",
    "PT": lambda rng: "PT" + _portuguese(rng),
    "GB": _british_vat,
}
