"""Holds the books against one another. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.chaos.reconcile.changes import surplus, untold
from tests.chaos.reconcile.items import Item, Verdict
from tests.chaos.reconcile.outputs import Outputs
from tests.chaos.reconcile.refusals import DeadLetters
from tests.chaos.reconcile.shop import StoredByShop, ToldByShop
from tests.chaos.reconcile.sources import Sources
from tests.chaos.reconcile.states import untrue
from tests.chaos.reconcile.store import TABLES, Landed

ENTITIES = ("order", "order_note", "review", "customer", "product", "coupon", "cart", "option")


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that was read, at one moment."""

    told: ToldByShop
    sources: Sources
    outputs: Outputs
    dead: DeadLetters
    stored: StoredByShop | None = None
    """Known at the end only, when the shop has closed."""


def compare(books: Books, landed: Landed) -> Verdict:
    """Lost and doubled at this moment; what is still under way counts as lost."""
    told = [*untold(books.told.changes, landed.events), *_states(books, landed)]
    lost = [*told, *_from_shop(books), *_followers(books), *_refusals(books), *_rows(books, landed)]
    return Verdict(tuple(sorted(lost)), tuple(sorted(_doubled(books, landed))), examined=examined(books, landed))


def unexplained(books: Books, landed: Landed) -> tuple[Item, ...]:
    """What no source called for. True only when nothing is under way."""
    _, strange = surplus(books.told.changes, landed.events)
    return tuple(sorted([*strange, *_strangers(books, landed), *_needless(books), *_untrue(books)]))


def examined(books: Books, landed: Landed) -> dict[str, int]:
    """How much was compared, by what."""
    return {
        "acknowledged deliveries": books.told.acknowledged.total(),
        "rows of the shop": len(books.told.rows),
        **{f"changes: {entity}": books.told.facts[entity] for entity in ENTITIES},
        **({"states in the end": len(books.stored.states)} if books.stored else {}),
        "texts to read": len(books.outputs.questions),
        "baskets": len(books.outputs.baskets),
        **{table: len(found) for table, found in landed.tables.items()},
    }


def _from_shop(books: Books) -> Iterator[Item]:
    wanted = dict(books.told.rows) | (books.stored.rows if books.stored else {})
    yield from (item for key, item in wanted.items() if key not in books.sources.rows)
    for topic, sha in books.told.acknowledged.keys() - books.sources.deliveries.keys():
        # Once is enough: the gateway knows a repetition of the same bytes, and acknowledges it without a second record.
        yield Item("acknowledged delivery", sha, "the shop's ledger", "demo", topic, why="not in the topic")


def _states(books: Books, landed: Landed) -> Iterator[Item]:
    if books.stored is not None:
        yield from untrue(books.stored.states, landed.events)


def _followers(books: Books) -> Iterator[Item]:
    seen = books.outputs.seen
    for question in books.outputs.questions.values():
        if question.result_ids.isdisjoint(seen["enrichment_result"]):
            yield question.item
    for event_id, item in books.outputs.pseudonymised.items():
        numbers = books.outputs.ordinals.get(event_id, set())
        if numbers != set(range(max(numbers, default=0) + 1)):
            yield item
    yield from _absent(books.outputs.baskets, seen["basket"])
    yield from _absent(books.outputs.calls, seen["model_call"])
    yield from _absent(books.outputs.updates, seen["recommendation_update"])


def _absent(wanted: Mapping[str, Item], found: Mapping[str, Item]) -> Iterable[Item]:
    return (item for key, item in wanted.items() if key not in found)


def refusals_due(books: Books) -> set[tuple[str, str]]:
    """(place, stage) of every dead letter that must be there."""
    due = set(books.sources.refused.items())
    return due | {(place, stage) for place, stages in books.outputs.refused.items() for stage in stages}


def refusals_found(books: Books) -> dict[tuple[str, str], str]:
    """(place, stage) of every dead letter that is there, with its rule."""
    return {(place, stage): rule for place, by in books.dead.stages.items() for stage, rule in by.items()}


def _refusals(books: Books) -> Iterator[Item]:
    for place, stage in refusals_due(books) - refusals_found(books).keys():
        yield Item("dead letter", place, place, why=f"{stage} has not refused it")


def _rows(books: Books, landed: Landed) -> Iterator[Item]:
    for table, (schema, _key) in TABLES.items():
        for key, item in books.outputs.seen[schema].items():
            if key not in landed.tables[table]:
                yield Item(f"row of {table}", key, item.place, item.shop, item.entity, item.entity_id, item.version)


def _doubled(books: Books, landed: Landed) -> Iterator[Item]:
    for table, (schema, _key) in TABLES.items():
        for key, count in landed.tables[table].items():
            if count > 1:
                known = books.outputs.seen[schema].get(key, Item("", key))
                about = (known.place, known.shop, known.entity, known.entity_id, known.version)
                yield Item(f"row of {table}", key, *about, f"{count} rows")
    yield from books.outputs.elsewhere.values()
    if books.stored is not None:
        # Before the shop has closed, the ledger may be a moment behind its database.
        yield from surplus(books.told.changes, landed.events)[0]


def _strangers(books: Books, landed: Landed) -> Iterator[Item]:
    for table, (schema, _key) in TABLES.items():
        seen = books.outputs.seen[schema]
        yield from (Item(f"row of {table}", key, why="in no topic") for key in landed.tables[table] if key not in seen)
    for key, item in books.outputs.seen["recommendation_update"].items():
        if key not in books.outputs.updates:
            yield Item("recommendation update", key, item.place, why="counting the baskets does not give it")


def _needless(books: Books) -> Iterator[Item]:
    due = refusals_due(books)
    for (place, stage), rule in refusals_found(books).items():
        if (place, stage) not in due:
            yield Item("dead letter", place, place, why=f"{stage} refused a good record: {rule}")


def _untrue(books: Books) -> Iterator[Item]:
    """The ledger against the database: an oracle that contradicts itself proves nothing."""
    if books.stored is None:
        return
    for number, status in books.told.last_status.items():
        if books.stored.statuses.get(number) != status:
            yield Item("oracle", number, "the shop's ledger", why=f"says {status}, the database does not")
    for number in books.told.comments:
        if number not in books.stored.comments:
            yield Item("oracle", number, "the shop's ledger", why="says a comment that the database does not hold")


def count_kinds(items: Iterable[Item]) -> Counter[str]:
    """How many of each kind."""
    return Counter(item.kind for item in items)
