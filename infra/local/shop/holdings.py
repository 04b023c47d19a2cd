"""What the shop's database already holds, so that a new run goes on where the last one ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pymysql.cursors import Cursor

from infra.local.shop.changes import PRIMARY_KEYS, Table, prefixed
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError, table_names


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """A product that is there: its id, pieces in stock and sold."""

    id: int
    stock: int
    sold: int


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """A coupon that is there: its id, and how often it was used."""

    id: int
    used: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """Next free ids; accounts by e-mail, products by SKU, coupons by code, options and sessions by name."""

    next_ids: Mapping[Table, int]
    accounts: Mapping[str, int] = field(default_factory=dict, repr=False)
    paying: frozenset[int] = frozenset()
    """Accounts whose owners have paid before."""
    products: Mapping[str, HeldProduct] = field(default_factory=dict)
    coupons: Mapping[str, HeldCoupon] = field(default_factory=dict)
    options: Mapping[str, tuple[int, str]] = field(default_factory=dict, repr=False)
    sessions: Mapping[str, int] = field(default_factory=dict, repr=False)


def holdings(settings: DatabaseSettings) -> Holdings:
    """Read what a new run must continue from. Raises ShopDatabaseError."""
    with settings.connect() as connection, connection.cursor() as cursor:
        there = table_names(cursor)
        absent = [table for table in Table if prefixed(table, settings.prefix) not in there]
        if absent:
            raise ShopDatabaseError(f"{len(absent)} tables are missing: run `inland shop schema` first")
        return _Reader(cursor, settings.prefix).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Asks one shop's tables."""

    cursor: Cursor
    prefix: str

    def read(self) -> Holdings:
        return Holdings(
            next_ids={table: self._next_id(table) for table in Table},
            accounts=self._numbers("SELECT user_email, ID FROM {p}users"),
            paying=frozenset(
                self._numbers(
                    "SELECT user_id, user_id FROM {p}usermeta WHERE meta_key = 'paying_customer' AND meta_value = '1'"
                ).values()
            ),
            products=self._products(),
            coupons=self._coupons(),
            options=self._options(),
            sessions=self._numbers("SELECT session_key, session_id FROM {p}woocommerce_sessions"),
        )

    def _next_id(self, table: Table) -> int:
        name, key = prefixed(table, self.prefix), PRIMARY_KEYS[table]
        # The counter of the table, where it has one: ids of rows that were deleted are never given again.
        rows = self._ask(
            f"SELECT GREATEST(COALESCE((SELECT MAX(`{key}`) FROM `{name}`), 0) + 1, COALESCE((SELECT auto_increment "  # noqa: S608
            f"FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '{name}'), 1))"
        )
        return number(rows[0][0])

    def _products(self) -> dict[str, HeldProduct]:
        rows = self._ask(
            "SELECT s.meta_value, s.post_id, MAX(k.meta_value), MAX(t.meta_value) FROM {p}postmeta s "
            "JOIN {p}postmeta k ON k.post_id = s.post_id AND k.meta_key = '_stock' "
            "JOIN {p}postmeta t ON t.post_id = s.post_id AND t.meta_key = 'total_sales' "
            "WHERE s.meta_key = '_sku' GROUP BY s.meta_value, s.post_id"
        )
        return {str(sku): HeldProduct(number(one), number(stock), number(sold)) for sku, one, stock, sold in rows}

    def _coupons(self) -> dict[str, HeldCoupon]:
        rows = self._ask(
            "SELECT c.post_title, c.ID, u.meta_value FROM {p}posts c JOIN {p}postmeta u ON u.post_id = c.ID "
            "AND u.meta_key = 'usage_count' WHERE c.post_type = 'shop_coupon' AND c.post_status = 'publish'"
        )
        return {str(code): HeldCoupon(number(one), number(used)) for code, one, used in rows}

    def _options(self) -> dict[str, tuple[int, str]]:
        rows = self._ask("SELECT option_name, option_id, option_value FROM {p}options")
        return {str(name): (number(one), str(value)) for name, one, value in rows}

    def _numbers(self, sql: str) -> dict[str, int]:
        return {str(name): number(value) for name, value in self._ask(sql)}

    def _ask(self, sql: str) -> tuple[tuple[object, ...], ...]:
        self.cursor.execute(sql.replace("{p}", self.prefix))
        return tuple(self.cursor.fetchall())


def number(value: object) -> int:
    """A whole number out of a column that may be text."""
    return int(float(str(value)))
