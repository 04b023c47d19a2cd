"""What reconciliation calls lost, doubled and unexplained, and how it names it."""

from dataclasses import replace

from tests.chaos.reconcile.compare import compare, unexplained
from tests.chaos.reconcile.items import Item, named
from tests.chaos.reconcile.outputs import Question
from tests.chaos.reconcile.shop import StoredByShop
from tests.unit.chaos.books import EVENT, NOTE, PLACE, books, landed


def test_what_stands_everywhere_once_is_neither_lost_nor_doubled() -> None:
    verdict = compare(books(), landed(e1=1))
    assert verdict.clean
    assert verdict.examined["changes: order_note"] == verdict.examined["commerce_events"] == 1


def test_a_committed_row_that_debezium_never_wrote_is_lost() -> None:
    missing = books()
    missing.sources.rows.clear()
    assert [item.key for item in compare(missing, landed(e1=1)).lost] == ["wp_comments/31/"]


def test_a_row_of_the_database_that_the_ledger_does_not_know_is_missed_as_well() -> None:
    known = books()
    stored = StoredByShop({"7": "wc-completed"}, frozenset({"31"}))
    found = compare(type(known)(known.told, known.sources, known.outputs, known.dead, stored), landed(e1=1))
    assert [item.key for item in found.lost] == ["wp_wc_orders/7/wc-completed"]


def test_a_delivery_acknowledged_must_stand_in_the_topic_once_is_enough_for_its_repetition() -> None:
    told = books()
    told.told.acknowledged["order.updated", "sha"] = 2
    (lost,) = compare(told, landed(e1=1)).lost
    assert (lost.kind, lost.entity, lost.why) == ("acknowledged delivery", "order.updated", "not in the topic")
    told.sources.deliveries["order.updated", "sha"] = 1
    assert compare(told, landed(e1=1)).lost == ()


def test_a_change_that_nothing_ever_told_is_lost_and_named() -> None:
    missing = books()
    missing.outputs.seen["commerce_event"].clear()
    (lost,) = compare(missing, landed()).lost
    assert lost.kind == "change"
    assert str(lost).startswith("change · order_note/31 written ")
    assert str(lost).endswith(" · demo order_note 31 · the shop's ledger · told 0 times of 1")


def test_a_good_record_among_the_dead_letters_is_unexplained() -> None:
    refused = books()
    refused.dead.stages[PLACE] = {"redact": "redact: detection did not finish"}
    (strange,) = unexplained(refused, landed(e1=1))
    assert strange.why == "redact refused a good record: redact: detection did not finish"


def test_a_change_that_is_told_twice_is_doubled_once_the_shop_has_closed() -> None:
    twice = books()
    twice.outputs.seen["commerce_event"]["e2"] = Item("commerce_event", "e2")
    found = landed(replace(EVENT, event_id="e2"), e1=1, e2=1)
    assert compare(twice, found).doubled == ()
    stored = StoredByShop({}, frozenset({"31"}))
    (doubled,) = compare(replace(twice, stored=stored), found).doubled
    assert (doubled.kind, doubled.entity_id) == ("change", "31")


def test_an_event_of_a_change_that_never_was_is_unexplained() -> None:
    found = books()
    found.told.changes.clear()
    assert [item.entity_id for item in unexplained(found, landed(e1=1))] == ["31"]


def test_poison_must_be_refused_by_every_stage_that_reads_it() -> None:
    poisoned = books()
    poisoned.outputs.refused["commerce.events.eu[0]@9"] = {"sink", "enrich-eu"}
    poisoned.dead.stages["commerce.events.eu[0]@9"] = {"sink": "codec: no frame"}
    assert [item.why for item in compare(poisoned, landed(e1=1)).lost] == ["enrich-eu has not refused it"]
    poisoned.dead.stages["commerce.events.eu[0]@9"]["enrich-eu"] = "codec: no frame"
    assert compare(poisoned, landed(e1=1)).clean
    assert unexplained(poisoned, landed(e1=1)) == ()


def test_a_text_is_answered_by_any_of_the_events_that_brought_it() -> None:
    asked = books()
    asked.outputs.questions["q"] = Question(Item("answer", "q"), {"r1", "r2"})
    assert [item.kind for item in compare(asked, landed(e1=1)).lost] == ["answer"]
    asked.outputs.seen["enrichment_result"]["r2"] = Item("enrichment_result", "r2")
    lost = compare(asked, landed(e1=1)).lost
    assert [item.kind for item in lost] == ["row of enrichment_results"]


def test_a_gap_among_the_findings_of_an_event_is_a_loss() -> None:
    found = books()
    found.outputs.pseudonymised["e1"] = Item("findings", "e1")
    for numbers, lost in ((set[int](), 1), ({0, 2}, 1), ({0, 1, 2}, 0)):
        found.outputs.ordinals["e1"] = numbers
        assert len(compare(found, landed(e1=1)).lost) == lost


def test_a_row_that_stands_twice_is_doubled_and_a_row_of_nothing_is_unexplained() -> None:
    (doubled,) = compare(books(), landed(e1=2)).doubled
    assert (doubled.kind, doubled.key, doubled.why) == ("row of commerce_events", "e1", "2 rows")
    (strange,) = unexplained(books(), landed(e1=1, e2=1))
    assert (strange.key, strange.why) == ("e2", "in no topic")


def test_an_event_in_two_regions_is_doubled() -> None:
    twice = books()
    twice.outputs.elsewhere["e1"] = Item("event in two regions", "e1")
    assert [item.kind for item in compare(twice, landed(e1=1)).doubled] == ["event in two regions"]


def test_an_oracle_that_contradicts_its_own_database_is_told() -> None:
    known = books()
    known.told.last_status["7"] = "wc-completed"
    stored = StoredByShop({"7": "wc-processing"}, frozenset({"31"}))
    strange = unexplained(type(known)(known.told, known.sources, known.outputs, known.dead, stored), landed(e1=1))
    assert [item.why for item in strange] == ["says wc-completed, the database does not"]


def test_long_lists_are_named_in_part_with_the_rest_counted() -> None:
    item = NOTE.item(PLACE, "")
    assert named([item] * 5, 2) == [str(item), str(item), "… and 3 more"]
