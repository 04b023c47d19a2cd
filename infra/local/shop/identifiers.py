"""Numbers that carry a checksum: bank accounts, VAT numbers, and the national ids Faker does not know."""

from datetime import date
from random import Random

from faker import Faker

from infra.local.shop.countries import COUNTRIES, fill

DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"


def iban(country: str, rng: Random) -> str:
    """Draw an account number of the country with valid check digits (ISO 13616, ISO 7064 mod 97-10)."""
    account = fill(COUNTRIES[country].account, rng)
    return f"{country}{98 - _mod97(account + country + '00'):02d}{account}"


def iban_is_valid(number: str) -> bool:
    """Whether the check digits are right; spaces are ignored."""
    compact = number.replace(" ", "")
    return 2 <= int(compact[2:4]) <= 98 and _mod97(compact[4:] + compact[:4]) == 1


def grouped(number: str) -> str:
    """Write an IBAN in groups of four, as people do."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def vat_number(country: str, rng: Random) -> str:
    """Draw a number of the country's VAT form; the check digit is not computed."""
    forms = {
        "NL": "NL%########B01", "BE": "BE0#########", "DE": "DE%########", "AT": "ATU########", "FR": "FR%##########",
        "ES": "ESB########", "IT": "IT###########", "PL": "PL%#########", "SE": "SE##########01", "IE": "IE%######@",
        "PT": "PT5########", "FI": "FI########", "DK": "DK########", "GB": "GB#########", "CH": "CHE-###.###.### MWST",
    }  # fmt: skip
    return fill(forms[country], rng)


def national_id(country: str, birth: date, fake: Faker, rng: Random) -> str:
    """Draw a national id with its own checksum where the country has one."""
    own = {"ES": _dni, "IE": _pps, "PT": _nif}
    if country in own:
        return own[country](rng)
    if country == "DK":
        return f"{birth:%d%m%y}-{rng.randint(1000, 4999)}"
    if country == "DE":
        return _steuer_id(rng)
    return str(fake.ssn())


def _mod97(text: str) -> int:
    return int("".join(str(int(c, 36)) for c in text)) % 97


def _dni(rng: Random) -> str:
    number = rng.randint(10_000_000, 79_999_999)
    return f"{number}{DNI_LETTERS[number % 23]}"


def _pps(rng: Random) -> str:
    digits = fill("%######", rng)
    return digits + PPS_LETTERS[sum(int(d) * w for d, w in zip(digits, range(8, 1, -1), strict=True)) % 23]


def _nif(rng: Random) -> str:
    digits = fill("2#######", rng)
    rest = sum(int(d) * w for d, w in zip(digits, range(9, 1, -1), strict=True)) % 11
    return f"{digits}{0 if rest < 2 else 11 - rest}"


def _steuer_id(rng: Random) -> str:
    """Ten digits of which exactly one occurs twice, and the ISO 7064 mod 11,10 check digit."""
    pool = rng.sample("0123456789", 9)
    digits = [*pool, rng.choice(pool)]
    rng.shuffle(digits)
    if digits[0] == "0":
        digits.sort(key=lambda d: d == "0")
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return "".join(digits) + str((11 - product) % 10)
