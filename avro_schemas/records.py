"""Typed views of the records of this folder: `python -m avro_schemas.generate` wrote them."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, TypedDict


class Basket(TypedDict):
    """One product of an order with the others bought beside it; the order's products give one record each."""

    event_id: str
    shop_id: str
    region: str
    order_id: int
    product_id: int
    others: list[int]
    captured_at: datetime


EventType = Literal[
    "order_updated",
    "order_deleted",
    "order_status_changed",
    "order_note_added",
    "review_posted",
    "customer_updated",
    "customer_deleted",
    "product_updated",
    "product_deleted",
    "order_placed",
    "order_refunded",
    "review_edited",
    "review_deleted",
    "customer_created",
    "product_created",
    "coupon_created",
    "coupon_updated",
    "coupon_deleted",
    "cart_updated",
    "cart_abandoned",
    "cart_recovered",
    "option_changed",
]


Entity = Literal[
    "order",
    "order_note",
    "review",
    "customer",
    "product",
    "coupon",
    "cart",
    "option",
]


Route = Literal[
    "webhook",
    "cdc",
]


class Address(TypedDict):
    """A postal address of the data subject."""

    first_name: str
    last_name: str
    company: str
    address_1: str
    address_2: str
    city: str
    state: str
    postcode: str
    country: str
    email: str
    phone: str


class LineItem(TypedDict):
    """One line of an order."""

    line_id: int
    product_id: int
    variation_id: int
    sku: str
    name: str
    quantity: int
    total: Decimal


class Refund(TypedDict):
    """Money given back for an order."""

    refund_id: int
    total: Decimal
    reason: str


class MetaValue(TypedDict):
    """A plugin's own value; nobody knows what it holds."""

    key: str
    value: str


class CapturedOrder(TypedDict):
    """An order at one version."""

    status: str
    currency: str
    total: Decimal
    total_tax: Decimal
    shipping_total: Decimal | None
    discount_total: Decimal | None
    payment_method: str
    created_via: str
    customer_note: str
    ip_address: str
    user_agent: str
    order_key: str
    transaction_id: str
    billing: Address | None
    shipping: Address | None
    line_items: list[LineItem]
    refunds: list[Refund]
    placed_at: datetime | None
    paid_at: datetime | None
    completed_at: datetime | None
    meta_data: list[MetaValue]


class CapturedNote(TypedDict):
    """A note on an order."""

    order_id: int
    author: str
    author_email: str
    by_system: bool
    content: str


class CapturedReview(TypedDict):
    """A product review."""

    product_id: int
    approved: bool
    author: str
    author_email: str
    author_ip: str
    user_agent: str
    content: str


class CapturedCustomer(TypedDict):
    """A registered customer."""

    role: str
    is_paying_customer: bool
    username: str
    first_name: str
    last_name: str
    email: str
    billing: Address | None
    shipping: Address | None
    meta_data: list[MetaValue]


class Product(TypedDict):
    """A product of the catalogue; no personal data."""

    name: str
    sku: str
    type: str
    status: str
    price: Decimal | None
    stock_quantity: int | None
    parent_id: int
    categories: list[str]


class Coupon(TypedDict):
    """A discount code."""

    code: str
    status: str
    discount_type: str
    amount: Decimal
    minimum_amount: Decimal | None
    usage_count: int
    usage_limit: int | None
    expires_at: datetime | None


class CartItem(TypedDict):
    """One product in a cart."""

    product_id: int
    variation_id: int
    quantity: int
    total: Decimal


class Cart(TypedDict):
    """What lies in a shopper's cart."""

    items: list[CartItem]
    total: Decimal


class Option(TypedDict):
    """A setting of the shop or of a plugin; its value stays in the shop."""

    name: str
    value_bytes: int
    removed: bool


class CapturedEvent(TypedDict):
    """One business change of the shop as it came: personal data inside. Lives between mapping and redaction only; on no topic."""

    event_id: str
    event_type: EventType
    shop_id: str
    entity: Entity
    entity_id: int
    version: str
    route: Route
    late: bool
    source_topic: str
    source_partition: int
    source_offset: int
    country: str | None
    created_at: datetime | None
    occurred_at: datetime
    captured_at: datetime
    subject: str | None
    order: CapturedOrder | None
    note: CapturedNote | None
    review: CapturedReview | None
    customer: CapturedCustomer | None
    product: Product | None
    coupon: Coupon | None
    cart: Cart | None
    option: Option | None


class Area(TypedDict):
    """Where a data subject lives, generalised."""

    country: str
    postcode: str


class Order(TypedDict):
    """An order at one version."""

    status: str
    currency: str
    total: Decimal
    total_tax: Decimal
    shipping_total: Decimal | None
    discount_total: Decimal | None
    payment_method: str
    created_via: str
    customer_note: str
    billing: Area | None
    shipping: Area | None
    line_items: list[LineItem]
    refunds: list[Refund]
    placed_at: datetime | None
    paid_at: datetime | None
    completed_at: datetime | None


class Note(TypedDict):
    """A note on an order."""

    order_id: int
    by_system: bool
    content: str


class Review(TypedDict):
    """A product review."""

    product_id: int
    approved: bool
    content: str


class Customer(TypedDict):
    """A registered customer, by pseudonym only."""

    role: str
    is_paying_customer: bool
    billing: Area | None
    shipping: Area | None


class CommerceEvent(TypedDict):
    """One business change of the shop without personal data: what recommenders, models and analysts may see."""

    event_id: str
    event_type: EventType
    shop_id: str
    entity: Entity
    entity_id: int
    version: str
    route: Route
    late: bool
    source_topic: str
    source_partition: int
    source_offset: int
    country: str | None
    occurred_at: datetime
    captured_at: datetime
    region: str
    subject: str | None
    redacted_at: datetime
    policy_version: str
    detector_version: str
    order: Order | None
    note: Note | None
    review: Review | None
    customer: Customer | None
    product: Product | None
    coupon: Coupon | None
    cart: Cart | None
    option: Option | None


ResultStatus = Literal[
    "answered",
    "unanswered",
    "skipped",
]


CacheUse = Literal[
    "off",
    "miss",
    "hit",
]


class EnrichmentResult(TypedDict):
    """A validated answer of a model about one commerce event."""

    result_id: str
    event_id: str
    call_id: str | None
    source_topic: str
    source_partition: int
    source_offset: int
    shop_id: str
    region: str
    subject: str | None
    entity: Entity
    entity_id: int
    product_id: int | None
    task: str
    task_version: str
    status: ResultStatus
    label: str | None
    answer: str | None
    language: str | None
    cache: CacheUse
    model_sha: str | None
    captured_at: datetime
    redacted_at: datetime
    enriched_at: datetime


CallOutcome = Literal[
    "answered",
    "invalid_answer",
    "blocked",
    "overloaded",
    "timeout",
    "failed",
    "skipped",
    "refused",
    "incomplete",
]


GateVerdict = Literal[
    "passed",
    "blocked",
]


AnswerGate = Literal[
    "none",
    "passed",
    "blocked",
]


class ModelCall(TypedDict):
    """One attempt to have a model answer, failed ones included. Names follow OpenTelemetry's GenAI conventions."""

    call_id: str
    event_id: str
    source_topic: str
    source_partition: int
    source_offset: int
    subject: str | None
    shop_id: str
    region: str
    task: str
    task_version: str
    attempt: int
    provider_name: str
    endpoint: str
    request_model: str
    response_model: str | None
    model_sha: str | None
    server_version: str | None
    policy_version: str
    policy_hash: str
    configuration_hash: str
    priority: str
    parameters: str
    prompt: str
    prompt_cut: int
    answer: str | None
    outcome: CallOutcome
    error_type: str | None
    gate: GateVerdict
    answer_gate: AnswerGate
    cache: CacheUse
    finish_reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    queued_us: int
    server_queue_us: int | None
    inference_us: int | None
    first_token_us: int | None
    per_token_us: int | None
    total_us: int
    started_at: datetime
    captured_at: datetime


ViolationKind = Literal[
    "api_key",
    "endpoint",
]


class PolicyViolation(TypedDict):
    """A setting of the shop holds a key or an endpoint of a foreign AI service; never the key itself."""

    violation_id: str
    shop_id: str
    region: str
    service: str
    kind: ViolationKind
    rule: str
    table: str
    row_id: int
    name: str
    fingerprint: str
    source_topic: str
    source_partition: int
    source_offset: int
    captured_at: datetime
    detected_at: datetime
    rules_version: str


Treatment = Literal[
    "drop",
    "token",
    "generalise",
    "replace",
    "vault",
]


class PrivacyFinding(TypedDict):
    """One replacement made by the redact stage: what kind, where, by which detector; never the value."""

    finding_id: str
    event_id: str
    source_topic: str
    source_partition: int
    source_offset: int
    shop_id: str
    region: str
    field: str
    ordinal: int
    entity_type: str
    treatment: Treatment
    start: int | None
    end: int | None
    detector: str
    score: float
    policy_version: str
    detector_version: str
    redacted_at: datetime


RequestKind = Literal[
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "unspecified",
]


FoundBy = Literal[
    "rule",
    "model",
]


class PrivacyRequest(TypedDict):
    """A note seems to hold a data subject's request under GDPR 15 to 21: somebody must look, by due_at. Never the note's text."""

    request_id: str
    event_id: str
    shop_id: str
    region: str
    subject: str | None
    entity: Entity
    entity_id: int
    order_id: int | None
    kind: RequestKind
    article: int | None
    found_by: FoundBy
    rule: str | None
    task_version: str
    call_id: str | None
    source_topic: str
    source_partition: int
    source_offset: int
    captured_at: datetime
    due_at: datetime
    raised_at: datetime


RevealPurpose = Literal[
    "show",
    "fill",
]


class RevealedClass(TypedDict):
    """How many values of one class."""

    name: str
    values: int


class PrivacyReveal(TypedDict):
    """Somebody was about to be shown originals from the vault: who, when, why, whose; never a value."""

    reveal_id: str
    revealed_at: datetime
    os_user: str
    by_name: str | None
    reason: str
    purpose: RevealPurpose
    region: str
    token: str
    event_id: str | None
    classes: list[RevealedClass]


class RecommendedItem(TypedDict):
    """One recommendation."""

    product_id: int
    orders: int
    score: float


class RecommendationUpdate(TypedDict):
    """What to show beside a product now: the newest record per key replaces the older."""

    shop_id: str
    region: str
    product_id: int
    revision: int
    event_id: str
    items: list[RecommendedItem]
    captured_at: datetime
    updated_at: datetime


VaultKind = Literal[
    "key",
    "originals",
]


class VaultRecord(TypedDict):
    """A subject's wrapped data key, or what was taken out of one event, encrypted under it (AES-256-GCM)."""

    kind: VaultKind
    region: str
    token: str
    key_id: str
    event_id: str | None
    wrapped_by: str | None
    previous: list[str]
    nonce: bytes
    ciphertext: bytes
    written_at: datetime


class WooDelivery(TypedDict):
    """A WooCommerce webhook delivery as received, signature verified, body untouched."""

    shop_id: str
    webhook_id: int
    delivery_id: str
    topic: str
    resource_id: int
    body: bytes
    body_sha256: str
    received_at: datetime
