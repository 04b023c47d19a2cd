"""Numbers and addresses: what is personal is found, what is the shop's own stays."""

import pytest

from streams.redact.detect.detector import Detector


def _found(detector: Detector, text: str, country: str | None = None) -> list[tuple[str, str]]:
    return [(one.entity_type, text[one.start : one.end]) for one in detector.detect(text, country=country)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("mail naar kees@kantoor.example svp", "email", "kees@kantoor.example"),
        ("mail naar j.dôe+shop@münchen.example.", "email", "j.dôe+shop@münchen.example"),
        ("kees (at) kantoor (dot) nl", "email", "kees (at) kantoor (dot) nl"),
        ("bel +31 6 1987 4402 even", "phone", "+31 6 1987 4402"),
        ("€ 0033 4 65 71 09 18 €", "phone", "0033 4 65 71 09 18"),
        ("llamar al 944 017 265 por favor", "phone", "944 017 265"),
        ("bel 06 27449018 12 uur", "phone", "06 27449018 12"),
        ("+31 6 1987 4402 2026/004471", "phone", "+31 6 1987 4402 2026"),
        ("op 030-2718834 bereikbaar", "phone", "030-2718834"),
        ("rekening NL91INGB8239683558 graag", "iban", "NL91INGB8239683558"),
        ("IBAN nl91 ingb 8239 6835 58.", "iban", "nl91 ingb 8239 6835 58"),
        ("card 4111 1111 1111 1111 was declined", "card", "4111 1111 1111 1111"),
        ("vanaf 192.0.2.17 besteld", "ip_address", "192.0.2.17"),
        ("zie https://shop.example/order-received/12/?key=wc_order_abcdef123 nu", "url", "https://shop.example/order-received/12/?key=wc_order_abcdef123"),
        ("BSN: 111222333", "bsn", "111222333"),
        ("DNI 12345678Z", "dni", "12345678Z"),
        ("CF BRMLNZ79A12F205X", "codice_fiscale", "BRMLNZ79A12F205X"),
        ("PESEL 44051401359", "pesel", "44051401359"),
        ("personnr 810812-9498", "personnummer", "810812-9498"),
        ("Steuer-ID 02 476 291 358", "steuer_id", "02 476 291 358"),
        ("BTW NL123456789B01", "vat_number", "NL123456789B01"),
        ("Reisepass Nr. C01X00T47 gesehen", "passport_no", "C01X00T47"),
        ("geboren am 12. März 1980", "date_of_birth", "12. März 1980"),
        ("ur. 05.05.1955", "date_of_birth", "05.05.1955"),
        ("née le 23/11/1988", "date_of_birth", "23/11/1988"),
    ],
)  # fmt: skip
def test_a_personal_number_is_found(detector: Detector, text: str, kind: str, value: str) -> None:
    assert (kind, value) in _found(detector, text)


@pytest.mark.parametrize(
    "text",
    [
        "DHL 00340434161094042557 handed over.",
        "Stock for SKU KK-LAMP-01 checked, batch 2026-11, invoice 2026/004471 printed.",
        "Factuur 2026004471 bij bestelling 10023, korting 12,50 euro.",
        "Bitte erst nach dem 15.12.2026 liefern, zwischen 14:00 und 18:00.",
        "DHL 0034 0434 1610 9404 2557 verstuurd",
        "EAN 8712345678906, 2 stuks à 1.299,00",
        "Zie https://www.postnl.example/track?code=abc",
    ],
)
def test_the_shops_own_numbers_stay(detector: Detector, text: str) -> None:
    assert _found(detector, text) == []


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Nieuw adres: Prinsengracht 482-2, 1017 KG Amsterdam", "Prinsengracht 482-2"),
        ("Neue Anschrift Am Brill 7, 28195 Bremen", "Am Brill 7"),
        ("Adresse : 14 bis rue des Écouffes, 75004 Paris", "14 bis rue des Écouffes"),
        ("Enviar a Calle de Fuencarral 88, 28004 Madrid", "Calle de Fuencarral 88"),
        ("Spedire in Via dei Serpenti 61, 00184 Roma", "Via dei Serpenti 61"),
        ("Wysłać na ul. Długa 22/5, 31-146 Kraków", "ul. Długa 22/5"),
        ("Skicka till Götgatan 78, 118 30 Stockholm", "Götgatan 78"),
        ("Enviar para Rua de Santa Catarina 312, 4000-443 Porto", "Rua de Santa Catarina 312"),
        ("Send to 27 Patrick Street, Cork T12 W8KP", "27 Patrick Street"),
        ("Send til Nørrebrogade 154, 2200 København N", "Nørrebrogade 154"),
        ("Osoite Hämeenkatu 18, 33200 Tampere", "Hämeenkatu 18"),
    ],
)
def test_an_address_is_found_as_its_country_writes_it(detector: Detector, text: str, street: str) -> None:
    found = dict(_found(detector, text))
    assert found["street_address"] == street
    assert {"postcode", "city"} <= set(found)


def test_a_national_number_is_read_by_the_records_country(detector: Detector) -> None:
    assert _found(detector, "12 345 67 21", "PL") == [("phone", "12 345 67 21")]


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Nooit aangekomen op Anthonystraat 14, 8050 Brugge. Ik wil mijn geld terug.", "Brugge"),
        ("Bitte an Hauptstrasse 5, 9000 St. Gallen. Danke", "St. Gallen"),
        ("Rue de la Paix 3, 75002 Paris. Merci", "Paris"),
    ],
)
def test_a_town_ends_where_its_sentence_ends(detector: Detector, text: str, town: str) -> None:
    assert [text[span.start : span.end] for span in detector.detect(text) if span.entity_type == "city"] == [town]
