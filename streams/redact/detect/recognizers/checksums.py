"""Check digits of identifiers, from the issuing authorities' published rules.

Every function takes the digits and letters alone.
"""

from functools import cache

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def iban(text: str) -> bool:
    """ISO 13616: rotated by four, letters as 10..35, the number modulo 97 is 1."""
    text = text.upper()
    if not (text.isascii() and text.isalnum()):
        return False
    rotated = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in rotated)) % 97 == 1


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def bsn(digits: str) -> bool:
    """Dutch citizen service number: the eleven test over nine digits."""
    return digits != "0" * 9 and _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def niss(digits: str) -> bool:
    """Belgian national register number: 97 minus the first nine digits modulo 97, with a 2 before them from 2000 on."""
    head, check = digits[:9], int(digits[9:])
    return 97 - int(head) % 97 == check or 97 - int("2" + head) % 97 == check


def steuer_id(digits: str) -> bool:
    """German tax identification number: ISO/IEC 7064 MOD 11,10 over eleven digits."""
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return digits[0] != "0" and (11 - product) % 10 == int(digits[10])


def personnummer(digits: str) -> bool:
    """Swedish personal identity number: Luhn over the last ten digits, a calendar day (or a day + 60) in front."""
    last = digits[-10:]
    month, day = int(last[2:4]), int(last[4:6])
    return 1 <= month <= 12 and 1 <= (day - 60 if day > 60 else day) <= 31 and luhn(last)


def pesel(digits: str) -> bool:
    """Polish PESEL: weights 1 3 7 9, and a calendar day."""
    day = int(digits[4:6])
    return 1 <= day <= 31 and _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def nir(text: str) -> bool:
    """French social security number: 97 minus the number modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    head = text[:13].upper().replace("2A", "19").replace("2B", "18")
    return head.isdigit() and 97 - int(head) % 97 == int(text[13:15])


def nif_pt(digits: str) -> bool:
    """Portuguese tax number: weights 9..2 modulo 11."""
    check = 11 - _weighted(digits[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return digits[0] in "1235689" and (0 if check > 9 else check) == int(digits[8])


def dni(text: str) -> bool:
    """Spanish DNI or NIE: the number modulo 23 gives the letter; X, Y, Z of a NIE count as 0, 1, 2."""
    text = text.upper()
    head = str("XYZ".index(text[0])) + text[1:-1] if text[0] in "XYZ" else text[:-1]
    return head.isdigit() and _DNI_LETTERS[int(head) % 23] == text[-1]


def pps(text: str) -> bool:
    """Irish PPS number: weights 8..2, a second letter counts nine times, modulo 23."""
    text = text.upper()
    second = 0 if len(text) < 9 or text[8] == "W" else ord(text[8]) - 64
    return _PPS_LETTERS[(_weighted(text[:7], (8, 7, 6, 5, 4, 3, 2)) + 9 * second) % 23] == text[7]


def svnr(digits: str) -> bool:
    """Austrian social insurance number: the fourth digit checks the others."""
    rest = digits[:3] + digits[4:]
    return _weighted(rest, (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == int(digits[3])


def rodne_cislo(digits: str) -> bool:
    """Czech and Slovak birth number: ten digits divisible by 11."""
    return len(digits) == 10 and int(digits) % 11 == 0


def hetu(text: str) -> bool:
    """Finnish personal identity code: date and number modulo 31."""
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[-4:-1]) % 31] == text[-1].upper()


@cache
def _codice_odd() -> dict[str, int]:
    values = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    letters = {chr(65 + at): value for at, value in enumerate(values)}
    return letters | {str(digit): values[digit] for digit in range(10)}


def codice_fiscale(text: str) -> bool:
    """Italian fiscal code: odd and even positions by the tables of the decree of 23 December 1976."""
    text = text.upper()
    odd = sum(_codice_odd()[letter] for letter in text[0:15:2])
    even = sum(int(letter) if letter.isdigit() else ord(letter) - 65 for letter in text[1:15:2])
    return chr(65 + (odd + even) % 26) == text[15]
