"""A reply gets back what its placeholders stand for."""

from streams.redact.vault.originals import Original, fill

_KEPT = (
    Original("<PERSON_1>", "person", "Anouk"),
    Original("<PERSON_1>", "person", "ANOUK"),
    Original("<PHONE_1>", "phone", r"\1 <PERSON_1>"),
    Original("order.billing.email", "email", "anouk@post.example"),
)


def test_placeholders_are_filled_in_by_the_first_spelling() -> None:
    assert fill("Beste <PERSON_1>, <PERSON_1>!", _KEPT).text == "Beste Anouk, Anouk!"


def test_what_is_filled_in_is_taken_as_it_is() -> None:
    assert fill("<PHONE_1>", _KEPT).text == r"\1 <PERSON_1>"


def test_an_unknown_placeholder_stays_and_is_named_once() -> None:
    filled = fill("<PERSON_2> en <PERSON_2> en <PERSON_1>", _KEPT)
    assert filled.text == "<PERSON_2> en <PERSON_2> en Anouk"
    assert filled.unknown == ("<PERSON_2>",)
    assert filled.used == (_KEPT[0],)
