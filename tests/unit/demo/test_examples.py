"""The search for personal values looks at every version of every text, and says what it could not look at."""

from streams.demo.examples import pairs, search
from streams.demo.told import Text

NOTE = Text("order", 26, "Bel Maria Muster", ("Maria Muster",))
POSTED = Text("review", 8, "Goed, groet Jan", ("Jan",))
EDITED = Text("review", 8, "Toch niet goed, Piet", ("Piet",))
CLEAN = Text("order_note", 7, "Betaald", ())
LANDED = {
    ("order", 26): ["Bel <PERSON_1>"],
    ("review", 8): ["Goed, groet <PERSON_1>", "Toch niet goed, <PERSON_1>"],
    ("order_note", 7): ["Betaald"],
}


def test_nothing_survives_where_everything_was_replaced() -> None:
    found = search([NOTE, POSTED, EDITED, CLEAN], LANDED)
    assert (found.values, found.survived, found.texts, found.clean_changed, found.unseen) == (3, 0, 4, 0, 0)


def test_a_value_in_one_version_of_several_survived() -> None:
    found = search([POSTED], {("review", 8): ["Goed, groet <PERSON_1>", "Goed, groet Jan"]})
    assert found.survived == 1


def test_a_text_that_landed_nowhere_is_unseen_and_not_clean() -> None:
    assert search([NOTE], {}).unseen == 1


def test_a_clean_text_that_was_changed_is_counted() -> None:
    assert search([CLEAN], {("order_note", 7): ["<PERSON_1>"]}).clean_changed == 1


def test_a_text_is_shown_beside_the_version_that_it_became() -> None:
    shown = {pair.before: pair.after for pair in pairs([NOTE, POSTED, EDITED, CLEAN], LANDED)}
    assert shown == {
        NOTE.text: "Bel <PERSON_1>",
        POSTED.text: "Goed, groet <PERSON_1>",
        EDITED.text: "Toch niet goed, <PERSON_1>",
    }
