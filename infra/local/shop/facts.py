"""From row changes and orders to ledger facts. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from infra.local.shop.changes import PRIMARY_KEYS, Change, Insert, Table, Update
from infra.local.shop.ledger import PersonalFact, RowFact, TextFact
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


def row_facts(changes: Iterable[Change], about: int, committed_at: datetime) -> Iterator[RowFact]:
    """One fact per new row of a business table, and one per change of an order's status."""
    for change in changes:
        if isinstance(change, Insert) and change.table in DETAILS:
            number = int(str(change.row[PRIMARY_KEYS[change.table]]))
            detail = str(change.row.get(DETAILS[change.table], ""))
            yield RowFact(change.table, number, "insert", about, detail, committed_at)
        elif isinstance(change, Update) and change.table is Table.ORDERS and "status" in change.values:
            number = int(str(change.where["id"]))
            yield RowFact(change.table, number, "update", about, str(change.values["status"]), committed_at)


def comment_text(source: str, comment_id: int, about: int, text: LabelledText) -> TextFact:
    """A note or review as it stands in wp_comments."""
    return TextFact(source, Table.COMMENTS, comment_id, "comment_content", about, text, in_webhook=False)


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
