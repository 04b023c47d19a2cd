"""From row changes and orders to ledger facts. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from infra.local.shop.changes import PRIMARY_KEYS, Change, Delete, Insert, SqlValue, Table, Update
from infra.local.shop.ledger import ChangeFact, PersonalFact, RowFact, TextFact
from infra.local.shop.model import LabelledText, Person, PersonalValue, PiiType
from infra.local.shop.order import PlacedOrder

DETAILS = {
    Table.ORDERS: "type",
    Table.ADDRESSES: "address_type",
    Table.COMMENTS: "comment_type",
    Table.USERS: "",
    Table.CUSTOMER_LOOKUP: "",
}
"""Tables whose rows are business facts, and the column that says which kind."""

DELETED = frozenset(DETAILS)


NOISE = ("_transient_", "_site_transient_", "cron")
"""How options begin that WordPress keeps for itself; nobody changed a setting."""

_POSTS = {"product": "product", "product_variation": "product", "shop_coupon": "coupon"}


def row_facts(changes: Iterable[Change], about: int, committed_at: datetime) -> Iterator[RowFact]:
    """One fact per new or deleted row of a business table, and one per change of an order's status."""
    for change in changes:
        if isinstance(change, Insert) and change.table in DETAILS:
            detail = str(change.row.get(DETAILS[change.table], ""))
            yield RowFact(change.table, _primary(change.table, change.row), "insert", about, detail, committed_at)
        elif isinstance(change, Update) and change.table is Table.ORDERS and "status" in change.values:
            number = int(str(change.where["id"]))
            yield RowFact(change.table, number, "update", about, str(change.values["status"]), committed_at)
        elif isinstance(change, Delete) and change.table in DELETED:
            number = int(str(change.where.get(PRIMARY_KEYS[change.table], 0)))
            yield RowFact(change.table, number, "delete", about, "", committed_at)


def created(changes: Iterable[Change], about: int, committed_at: datetime) -> Iterator[ChangeFact]:
    """One fact per new entity that its own row tells: customers, goods, coupons, notes, reviews, options."""
    for change in changes:
        if not isinstance(change, Insert):
            continue
        row, number = change.row, _primary(change.table, change.row)
        kind = str(row.get("comment_type") or row.get("post_type") or "")
        if change.table is Table.USERS:
            yield ChangeFact("customer_created", "customer", number, _utc(row["user_registered"]))
        elif change.table is Table.POSTS and kind in _POSTS:
            entity, status = _POSTS[kind], str(row["post_status"])
            yield ChangeFact(f"{entity}_created", entity, number, _utc(row["post_date_gmt"]), status)
        elif change.table is Table.COMMENTS and kind == "order_note":
            yield ChangeFact("order_note_added", "order_note", number, _utc(row["comment_date_gmt"]), about=about)
        elif change.table is Table.COMMENTS:
            written = _utc(row["comment_date_gmt"])
            yield ChangeFact("review_posted", "review", number, written, "approved", about=about)
        elif change.table is Table.OPTIONS and not str(row["option_name"]).startswith(NOISE):
            at = committed_at.replace(microsecond=0)
            yield ChangeFact("option_changed", "option", number, at, name=str(row["option_name"]))


def _primary(table: Table, row: Mapping[str, SqlValue]) -> int:
    return int(str(row[PRIMARY_KEYS[table]]))


def _utc(value: SqlValue) -> datetime:
    """A `*_gmt` column's naive value, aware."""
    if not isinstance(value, datetime):
        raise TypeError("a row's date is no datetime")
    return value.replace(tzinfo=UTC)


def comment_text(source: str, comment_id: int, about: int, text: LabelledText) -> TextFact:
    """A note or review as it stands in wp_comments."""
    return TextFact(source, Table.COMMENTS, comment_id, "comment_content", about, text, in_webhook=False)


def review_edit(comment_id: int, product_id: int, text: LabelledText) -> TextFact:
    """The words that replace a review's first ones."""
    return TextFact("review_edit", Table.COMMENTS, comment_id, "comment_content", product_id, text, in_webhook=False)


def customer_note(order: PlacedOrder, text: LabelledText) -> TextFact:
    """The note of the checkout, in the order's row and in its webhooks."""
    return TextFact("customer_note", Table.ORDERS, order.id, "customer_note", order.id, text, in_webhook=True)


def refund_reason(refund_id: int, order_id: int, text: LabelledText) -> TextFact:
    """Why a refund was given, in the refund's meta and in the order's webhooks."""
    return TextFact("refund_reason", Table.ORDER_META, refund_id, "meta_value", order_id, text, in_webhook=True)


def order_personal(order: PlacedOrder) -> PersonalFact:
    """Personal values in the order's own fields, of payer and recipient."""
    plan = order.plan
    values = [*_person(plan.customer), PersonalValue(PiiType.ORDER_KEY, order.key)]
    values.append(PersonalValue(PiiType.IP_ADDRESS, plan.customer.ip_address))
    if plan.recipient is not plan.customer:
        values += [value for value in _person(plan.recipient) if value.type is not PiiType.EMAIL]
    if plan.sepa:
        values.append(PersonalValue(PiiType.IBAN, plan.customer.iban))
    if plan.customer.vat_number:
        values.append(PersonalValue(PiiType.VAT_NUMBER, plan.customer.vat_number))
    return PersonalFact("order", order.id, plan.customer.address.country, tuple(values))


def account_personal(person: Person, username: str, user_id: int) -> PersonalFact:
    """Personal values of an account."""
    born = PersonalValue(PiiType.DATE_OF_BIRTH, person.birth_date.isoformat())
    values = (*_person(person), PersonalValue(PiiType.USERNAME, username), born)
    return PersonalFact("customer", user_id, person.address.country, values)


def _person(person: Person) -> tuple[PersonalValue, ...]:
    return (
        PersonalValue(PiiType.PERSON, person.full_name),
        PersonalValue(PiiType.EMAIL, person.email),
        PersonalValue(PiiType.PHONE, person.phone),
        PersonalValue(PiiType.STREET_ADDRESS, person.address.street),
    )
