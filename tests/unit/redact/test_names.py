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
