"""People are found by what stands around them and how they are written; products that bear names stay."""

import pytest

from streams.redact.detect.detector import Detector


def _people(detector: Detector, text: str) -> list[str]:
    return [text[one.start : one.end] for one in detector.detect(text) if one.entity_type == "person"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Graag afgeven bij mevrouw de Vries van nummer 14.", ["de Vries"]),
        ("Met vriendelijke groet, Bastiaan 't Hart", ["Bastiaan 't Hart"]),
        (
            "Paket bitte bei Familie Etxeberria abgeben. Vielen Dank, Zofia Wiśniewska",
            ["Etxeberria", "Zofia Wiśniewska"],
        ),
        ("Bonjour, je suis Élodie Lefèvre et je n'ai rien reçu.", ["Élodie Lefèvre"]),
        ("El cliente Iker Etxeberria pide cambio de talla.", ["Iker Etxeberria"]),
        ("Regalo per mia moglie Chiara, che adora la lampada Marie.", ["Chiara"]),
        ("Proszę zostawić u sąsiadki, pani Dąbrowska. Pozdrawiam, Jiří Novák", ["Dąbrowska", "Jiří Novák"]),
        ("Lämna hos grannen Veikko Mäkinen. Mvh Astrid", ["Veikko Mäkinen", "Astrid"]),
        ("Falei com João Gonçalves, está resolvido.", ["João Gonçalves"]),
        ("Spoke to Mrs O'Sullivan about the delay. - Ilse (support)", ["O'Sullivan", "Ilse"]),
        ("Kunden Freja Kjærsgaard ringede i går.", ["Freja Kjærsgaard"]),
        ("Terveisin Aoife Ní Bhriain", ["Aoife Ní Bhriain"]),
        ("alles goed ontvangen, groetjes anouk", ["anouk"]),
        ("bitte bei frau hoekstra abgeben", ["hoekstra"]),
        ("MEVR. ANOUK VAN DER MEULEN BELDE", ["ANOUK VAN DER MEULEN"]),
        ("I'm Ben Short, where is my order?", ["Ben Short"]),
    ],
)
def test_a_person_is_found_in_every_language(detector: Detector, text: str, people: list[str]) -> None:
    assert _people(detector, text) == people


@pytest.mark.parametrize(
    "text",
    [
        "Stock levels reduced: Bureaulamp Marie (500&rarr;499), Draaistoel Jansen (500&rarr;497)",
        "Der Bürostuhl Jansen ist bequem, die Lampe Marie leider zu dunkel.",
        "La lampe Marie est très belle, la chaise Jansen aussi.",
        "La lámpara Marie es preciosa y la silla Jansen muy cómoda.",
        "Lampan Marie är jättefin, stolen Jansen också.",
        "Vulpen Florentina - F (KK-PEN-07-F) lekt, Koffiemok Delfts Blauw niet.",
        "Marie lamp is great.",
        "Kunde wünscht Geschenkverpackung.",
        "Order status changed from Pending payment to Processing.",
        "Betaling via PayPal ontvangen, verzonden met PostNL.",
        "Sinterklaas komt eraan, dus graag voor 5 december!",
        "Preis-Leistung stimmt. Versand war flott.",
        "C'est un cadeau de Noël, merci de ne pas mettre le prix.",
    ],
)
def test_products_and_common_words_are_no_people(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Voorraad van KK-PEN-07-M nageteld, partij 2026-11.",
        "Stand von AB-STUHL-2 geprüft.",
        "Reklamation zu Gieter Willem: Riss im Holz.",
        "Is the Koffiemolen Giuseppe dishwasher safe?",
        "La Teiera Carlotta va in lavastoviglie?",
    ],
)
def test_codes_and_product_names_are_nobody(detector: Detector, text: str) -> None:
    assert [span for span in detector.detect(text) if span.entity_type == "person"] == []


def test_a_family_name_that_is_a_thing_too_stays_a_name(detector: Detector) -> None:
    text = "Groeten, Jan van der Molen"
    assert [text[span.start : span.end] for span in detector.detect(text)] == ["Jan van der Molen"]
