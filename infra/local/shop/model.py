"""What the generated shop is made of: products, people, texts with their personal data marked."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PiiType(StrEnum):
    """Kind of personal datum marked in a text or listed in the ledger."""

    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    DATE_OF_BIRTH = "date_of_birth"
    STREET_ADDRESS = "street_address"
    POSTCODE = "postcode"
    CITY = "city"
    NATIONAL_ID = "national_id"
    VAT_NUMBER = "vat_number"
    IP_ADDRESS = "ip_address"
    ORDER_KEY = "order_key"
    USERNAME = "username"


class Sentiment(StrEnum):
    """What a review expresses."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Intent(StrEnum):
    """What a note asks for or records."""

    DELIVERY = "delivery"
    ADDRESS_CHANGE = "address_change"
    INVOICE = "invoice"
    REFUND = "refund"
    COMPLAINT = "complaint"
    GIFT = "gift"
    QUESTION = "question"
    STOCK = "stock"


class OrderPath(StrEnum):
    """How a checkout ends."""

    ABANDONED = "abandoned"
    ON_HOLD = "on-hold"
    PROCESSING = "processing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Payment(StrEnum):
    """Payment gateway ids as WooCommerce stores them."""

    IDEAL = "ideal"
    BACS = "bacs"
    COD = "cod"


PAYMENT_TITLES = {Payment.IDEAL: "iDEAL", Payment.BACS: "Overschrijving", Payment.COD: "Betalen bij levering"}


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """A personal datum and its kind."""

    type: PiiType
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A personal datum inside a text: `text[start:end] == value`, in characters."""

    type: PiiType
    value: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A free text whose personal data, language (ISO 639-1) and sentiment or intent are known."""

    text: str = field(repr=False)
    language: str
    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product or a variation of one. `attributes` are (key, label, value); `price` is in euro with Dutch VAT."""

    sku: str
    name: str
    price: Decimal
    theme: str
    parent_sku: str | None = None
    attributes: tuple[tuple[str, str, str], ...] = ()
    variable: bool = False

    @property
    def sellable(self) -> bool:
        """Whether it can lie in a basket: a variable product is sold by its variations only."""
        return not self.variable


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `state` is WooCommerce's code or empty."""

    street: str = field(repr=False)
    postcode: str = field(repr=False)
    city: str = field(repr=False)
    state: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """An invented customer. `username` is None for a guest, `company` and `vat_number` are empty for a consumer."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    email: str = field(repr=False)
    work_email: str = field(repr=False)
    phone: str = field(repr=False)
    address: Address
    language: str
    birth_date: date = field(repr=False)
    iban: str = field(repr=False)
    national_id: str = field(repr=False)
    username: str | None = field(repr=False)
    company: str = field(repr=False)
    vat_number: str = field(repr=False)
    ip_address: str = field(repr=False)
    user_agent: str = field(repr=False)

    @property
    def full_name(self) -> str:
        """First and last name as written on a parcel."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One product in a basket."""

    product: Product
    quantity: int
