"""What patterns find, and what a shop numbers: no part of a name, beside which it stands."""

from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.people import listed


def email(draw: Draw) -> str:
    """An address made of a name."""
    name = f"{listed(draw, 'first')}{draw.one('.', '', '_')}{listed(draw, 'last')}"
    plain = "".join(letter for letter in name.lower() if letter.isascii() and letter != " ")
    host = draw.one("mail", "post", "werk", "buero", "correo")
    return f"{plain}@{host}.{draw.one('example', 'nl', 'de', 'eu')}"


def phone(draw: Draw) -> str:
    """A number as people write it."""
    prefix = draw.one("+31 ", "+49 ", "0", "06-", "+33 ", "0", "+48 ")
    return f"{prefix}{draw.digits(3)} {draw.digits(3)} {draw.digits(3)}"


def iban(draw: Draw) -> str:
    """It looks like one; its check digits are any."""
    country, check, bank = draw.one("NL", "DE", "FR", "PL"), draw.digits(2), draw.one("INGB", "3704", "RABO")
    return f"{country}{check} {bank} {draw.digits(4)} {draw.digits(4)} {draw.digits(2)}"


def order(draw: Draw) -> str:
    """`#4711`, `WC-4711`."""
    return draw.one("#", "", "", "WC-", "order ") + draw.digits(draw.rng.randint(3, 6))


def invoice(draw: Draw) -> str:
    """`2026/00471`."""
    return draw.one("2026/", "INV-", "F-2026-", "RE") + draw.digits(5)


def sku(draw: Draw) -> str:
    """`KK-ANNA-01`: an article number may hold a name."""
    maker = draw.capitals(draw.rng.randint(2, 3))
    return f"{maker}-{draw.one('LAMP', 'MARIE', 'TBL', 'OAK', 'PEN', 'ANNA')}-{draw.digits(2)}"


def tracking(draw: Draw) -> str:
    """A parcel's number."""
    return draw.one("3SABC", "0034", "JJD", "1Z") + draw.digits(12)


def code(draw: Draw) -> str:
    """A voucher or a shelf."""
    return draw.one("B", "A", "", "#", "SUMMER", "WELKOM") + draw.digits(draw.rng.choice((2, 4)))


def date(draw: Draw) -> str:
    """`3-11`, `3/11-2026`."""
    day, mark = draw.rng.randint(1, 28), draw.one("-", "/", ".")
    return f"{day}{mark}{draw.rng.randint(1, 12)}{draw.one('', '-2026')}"


def time(draw: Draw) -> str:
    """`9:30`, `9h`."""
    return f"{draw.rng.randint(7, 21)}{draw.one(':00', 'h', ':30', '.15')}"


def price(draw: Draw) -> str:
    """`€ 12,95`."""
    form = draw.one("€ {}", "{} €", "{} EUR", "€{}", "{} zł", "£{}", "{} kr")
    return form.format(f"{draw.rng.randint(2, 400)},95")


def quantity(draw: Draw) -> str:
    """One to twelve."""
    return str(draw.rng.randint(1, 12))
