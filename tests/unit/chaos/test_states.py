"""The end of the books: how the shop's database says that an entity stands, and what was told last."""

from dataclasses import replace

from tests.chaos.reconcile.changes import Event
from tests.chaos.reconcile.states import State, untrue

STATES = {("coupon", "7"): State("", ("2", "10"))}
USED = Event("e1", "coupon_updated", "coupon", "7", 50, "", "", "v", ("2", "10"))


def _why(*events: Event) -> list[str]:
    return [item.why for item in untrue(STATES, events)]


def test_the_newest_state_that_was_told_is_the_databases() -> None:
    before = replace(USED, event_id="e2", content=("1", "10"))
    assert _why(replace(USED, offset=2), replace(before, offset=1)) == []
    assert _why(USED, replace(before, offset=3)) == ["told last by e2 with another coupon_usage_count"]


def test_a_state_that_was_told_late_is_not_the_newest() -> None:
    assert _why(USED, replace(USED, content=("1", "10"), offset=3, late=True)) == []


def test_what_was_never_told_is_named_and_a_deletion_is_no_state() -> None:
    assert _why() == ["never told"]
    assert _why(USED, replace(USED, event_type="coupon_deleted", offset=60, content=())) == []
