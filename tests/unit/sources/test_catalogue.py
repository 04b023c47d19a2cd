"""Products and coupons that come in rows are those that their webhooks tell."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.records import CapturedEvent
from infra.local.shop.catalogue import CATALOGUE
from infra.local.shop.changes import Change as ShopChange
from infra.local.shop.changes import Ids, Stamp, Table, Update
from infra.local.shop.model import Product
from infra.local.shop.payload.coupon import Coupon as ShopCoupon
from infra.local.shop.payload.coupon import coupon_payload
from infra.local.shop.payload.product import StockedProduct, product_payload
from infra.local.shop.rows import coupons, posts
from streams.delivery.refusal import RefusedError
from streams.sources import entities
from streams.sources.assembly import coupon, product
from streams.sources.assembly.kinds import is_kept
from streams.sources.assembly.rows import MAX_GONE, Rows
from streams.sources.debezium import Change, parse
from streams.sources.fields import Json
from tests.fixtures.samples import catalogue, deliveries
from tests.unit.sources.anything import ANYTHING, FEW
from tests.unit.sources.changes import change, lineage
from tests.unit.sources.gathered_shop import GatheredShop
from tests.unit.sources.shop_changes import Binlog

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LINEAGE = lineage(change("posts", "r", {"ID": 1}))


def kept(changes: Iterable[Change]) -> Rows:
    """The rows of one aggregate."""
    rows = Rows()
    for one in changes:
        if is_kept(one):
            rows.take(one)
    return rows


def stocked(item: Product, stock: int = 300, at: datetime = NOON) -> StockedProduct:
    return StockedProduct(40, 16 if item.parent_sku else 0, item, stock, 0, NOON, at)


def opened(item: Product) -> list[ShopChange]:
    one = stocked(item)
    return posts.product(item, one.id, one.parent_id, one.stock, Stamp(Ids({}), NOON))


def told(event: CapturedEvent) -> Mapping[str, Any]:
    """Content without what only webhooks carry."""
    assert event["product"]
    return {name: value for name, value in event["product"].items() if name not in ("type", "categories")}


@pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.sku)
def test_a_product_is_the_webhooks_field_by_field(item: Product) -> None:
    built = product.payload(kept(Binlog().of(opened(item))))
    body = json.loads(json.dumps(product_payload(stocked(item))))
    assert built is not None
    both = built.keys() & body.keys()
    assert len(both) >= 10
    # The generated shop writes "219" into its rows and "219.00" into its webhooks; a real one writes the same.
    assert {name: built[name] for name in both - {"price"}} == {name: body[name] for name in both - {"price"}}
    by_rows, by_webhook = entities.product(built, LINEAGE), entities.product(body, LINEAGE)
    assert told(by_rows) == told(by_webhook)
    assert by_rows["version"] == by_webhook["version"]


def test_each_change_of_stock_is_a_version_of_its_own_and_the_same_by_both_routes() -> None:
    item, shop, binlog = CATALOGUE[0], GatheredShop(), Binlog("demo")
    shop.rows(binlog.of(opened(item)))
    shop.wait(2)
    wanted = [entities.product(product_payload(stocked(item)), LINEAGE)["version"]]
    # The second and the third within one second.
    for stock, seconds in ((299, 60), (297, 120), (294, 120)):
        at = NOON + timedelta(seconds=seconds)
        shop.rows(binlog.of(posts.stock_level(40, stock, at)))
        shop.wait(2)
        wanted.append(entities.product(product_payload(stocked(item, stock, at)), LINEAGE)["version"])
    assert [event["version"] for event in shop.events] == wanted
    assert [event["event_type"] for event in shop.events] == ["product_created"] + ["product_updated"] * 3


@pytest.mark.parametrize("gap", [2, 60])
def test_saves_with_a_rest_between_them_are_told_apart_though_they_come_together(gap: int) -> None:
    item, shop, binlog = CATALOGUE[0], GatheredShop(), Binlog("demo")
    wanted = []
    for turn, stock in enumerate((300, 299, 297)):
        at = NOON + timedelta(seconds=turn * gap)
        save = opened(item) if turn == 0 else posts.stock_level(40, stock, at)
        # The rows of a late worker: all at one moment, with the times that the binlog gives them.
        shop.rows(replace(change, changed_at=at) for change in binlog.of(save))
        wanted.append(entities.product(product_payload(stocked(item, stock, at)), LINEAGE)["version"])
    shop.wait(2)
    assert [event["version"] for event in shop.events] == wanted


def test_a_product_that_goes_to_the_trash_is_deleted_and_comes_back() -> None:
    shop, binlog = GatheredShop(), Binlog("demo")
    shop.rows(binlog.of(opened(CATALOGUE[0])))
    shop.wait(2)
    for status in ("trash", "draft"):
        shop.rows(binlog.of([Update(Table.POSTS, {"ID": 40}, {"post_status": status})]))
        shop.wait(2)
    shop.rows([binlog.delete(Table.POSTS, 40)])
    shop.wait(2)
    kinds = [event["event_type"] for event in shop.events]
    assert kinds == ["product_created", "product_deleted", "product_updated", "product_deleted"]


def test_recorded_products_are_told_alike_by_post_and_webhook() -> None:
    recorded = {post.row["ID"]: post.row for message in catalogue() if (post := _post(message))}
    compared = 0
    for one in deliveries():
        if one.topic == "product.updated" and (body := json.loads(one.body))["id"] in recorded:
            row = recorded[body["id"]]
            stock = {"post_id": row["ID"], "meta_id": 1, "meta_key": "_stock_status", "meta_value": "instock"}
            built = product.payload(kept([change("posts", "r", row), change("postmeta", "r", stock)]))
            assert built is not None
            same = ("id", "name", "parent_id", "status", "date_created_gmt")
            assert {name: built[name] for name in same} == {name: body[name] for name in same}
            assert built.get("type", body["type"]) == body["type"]
            compared += 1
    assert compared > 10


def _post(message: Any) -> Change | None:
    return parse(message) if message.topic.endswith("wp_posts") else None


def _meta(number: int, key: str, value: str) -> Change:
    row = {"meta_id": number, "post_id": 40, "meta_key": key, "meta_value": value}
    return change("postmeta", "c", row, position=number)


def _made(kind: str, title: str, meta: Mapping[str, str], **columns: Any) -> Rows:
    post = {"ID": 40, "post_type": kind, "post_title": title, "post_status": "publish", "post_parent": 0,
            "post_date_gmt": 1795400682000, "post_modified_gmt": 1795400833000, **columns}  # fmt: skip
    metas = [_meta(number, key, value) for number, (key, value) in enumerate(meta.items(), 2)]
    return kept([change("posts", "c", post), *metas])


MANAGED: dict[str, str] = {"_stock_status": "instock", "_manage_stock": "yes", "_stock": "7"}


@pytest.mark.parametrize(
    ("meta", "stock"),
    [
        ({}, 7),
        ({"_stock": "7.000000"}, 7),
        ({"_stock": "-2"}, -2),
        ({"_stock": ""}, None),
        ({"_manage_stock": "no"}, None),
    ],
)
def test_stock_is_told_where_the_product_keeps_its_own(meta: dict[str, str], stock: int | None) -> None:
    built = product.payload(_made("product", "Lamp", MANAGED | meta))
    assert built is not None
    content = entities.product(built, LINEAGE)["product"]
    assert content
    assert content["stock_quantity"] == stock


def test_a_variation_whose_parent_keeps_the_stock_is_told_without_it_by_webhook_too() -> None:
    body = {"id": 40, "stock_quantity": 9, "manage_stock": "parent", "date_modified_gmt": "2026-11-23T02:27:13"}
    content = entities.product(body, LINEAGE)["product"]
    assert content
    assert content["stock_quantity"] is None


def test_a_variable_product_costs_its_lowest_price() -> None:
    rows = _made("product", "Lamp", MANAGED)
    for number, price in ((9, "10.00"), (10, "15.00")):
        rows.take(_meta(number, "_price", price))
    built = product.payload(rows)
    assert built is not None
    assert built["price"] == "10.00"


def test_a_product_is_not_told_before_its_meta_and_a_page_never() -> None:
    assert product.payload(_made("product", "Lamp", {"_sku": "L"})) is None
    assert not is_kept(change("posts", "c", {"ID": 1, "post_type": "revision"}))
    assert not is_kept(_meta(1, "_secret_plugin_key", "sk-1"))
    assert not is_kept(_meta(1, "_used_by", "ilse@post.example"))


def test_a_draft_without_dates_is_told_all_the_same() -> None:
    built = product.payload(_made("product", "Lamp", MANAGED, post_date_gmt=0, post_modified_gmt=0))
    assert built is not None
    assert entities.product(built, LINEAGE)["version"].startswith("undated/")


COUPON = {"discount_type": "percent", "coupon_amount": "10", "usage_count": "3", "usage_limit": "",
          "minimum_amount": "25.5", "date_expires": "1796083200"}  # fmt: skip
COUPON_BODY = {
    "id": 40, "code": "zomer & zon", "amount": "10.00", "status": "publish", "date_created_gmt": "2026-11-23T02:24:42",
    "date_modified_gmt": "2026-11-23T02:27:13", "discount_type": "percent", "date_expires_gmt": "2026-12-01T00:00:00",
    "usage_count": 3, "usage_limit": None, "minimum_amount": "25.50", "description": "", "used_by": ["secret"],
}  # fmt: skip


def test_a_coupon_is_the_webhooks_field_by_field() -> None:
    built = coupon.payload(_made("shop_coupon", "Zomer &amp; Zon", COUPON))
    assert built is not None
    assert built == {name: COUPON_BODY[name] for name in built}
    by_rows, by_webhook = entities.coupon(built, LINEAGE), entities.coupon(COUPON_BODY, LINEAGE)
    assert (by_rows["event_id"], by_rows["coupon"]) == (by_webhook["event_id"], by_webhook["coupon"])
    assert "secret" not in str(by_webhook)


def test_no_minimum_and_no_limit_are_none_by_both_routes() -> None:
    built = coupon.payload(_made("shop_coupon", "x", {"discount_type": "percent", "coupon_amount": "10"}))
    body: Json = {**COUPON_BODY, "minimum_amount": "0.00", "usage_limit": 0, "usage_count": 0, "date_expires_gmt": None}
    assert built is not None
    for payload in (built, body):
        content = entities.coupon(payload, LINEAGE)["coupon"]
        assert content
        assert (content["minimum_amount"], content["usage_limit"], content["expires_at"]) == (None, None, None)


def test_the_use_of_a_coupon_is_a_version_and_its_code_is_no_part_of_one() -> None:
    versions = {
        name: entities.coupon({**COUPON_BODY, name: value}, LINEAGE)["version"]
        for name, value in {"id": 40, "usage_count": 4, "amount": "11.00", "code": "jan-jansen"}.items()
    }
    assert versions["id"] == versions["code"]
    assert len(set(versions.values())) == 3


SOLD_WITH = ShopCoupon(40, "zomer10", Decimal("10"), NOON, NOON, usage_limit=50, expires_at=NOON + timedelta(days=30))


def test_a_coupon_of_the_generated_shop_is_told_through_its_life_as_its_webhooks_tell_it() -> None:
    shop, binlog, ids = GatheredShop(), Binlog("demo"), Ids({})
    later = NOON + timedelta(hours=2)
    saves: list[tuple[list[ShopChange], ShopCoupon]] = [
        (coupons.created(SOLD_WITH, Stamp(ids, NOON)), SOLD_WITH),
        (coupons.counted(40, 1, "ilse@post.example", Stamp(ids, NOON)), replace(SOLD_WITH, used=1)),
        (coupons.given_back(40, 0, "ilse@post.example"), SOLD_WITH),
        (
            coupons.changed(40, Decimal("15"), Stamp(ids, later)),
            replace(SOLD_WITH, amount=Decimal("15"), modified_at=later),
        ),
    ]
    for changes, _ in saves:
        shop.rows(binlog.of(changes))
        shop.wait(2)
    shop.rows(binlog.of(posts.trashed(40, "publish", "zomer10", Stamp(ids, later))))
    shop.wait(2)
    shop.rows(binlog.of(posts.erased(40)))
    shop.wait(2)
    bodies = [json.loads(json.dumps(coupon_payload(state))) for _, state in saves]
    by_webhook = {
        entities.coupon(body, LINEAGE)["version"]: entities.coupon(body, LINEAGE)["coupon"] for body in bodies
    }
    *living, dead = shop.events
    # Given back, it is again what it was: told again, under a version of its own.
    assert {event["version"].removesuffix("/1"): event["coupon"] for event in living} == by_webhook
    assert [event["event_type"] for event in living] == ["coupon_created", *["coupon_updated"] * 3]
    assert dead["event_type"] == "coupon_deleted"
    assert "ilse@post.example" not in str(shop.kept)


ALL = list(Binlog().of(opened(CATALOGUE[0])))


@given(st.permutations(ALL), st.lists(st.sampled_from(ALL), max_size=5))
def test_rows_say_the_same_in_any_order_and_however_often_they_come(order: list[Change], again: list[Change]) -> None:
    assert product.payload(kept([*order, *again])) == product.payload(kept(ALL))


@FEW
@given(st.dictionaries(st.sampled_from(sorted(COUPON_BODY)), ANYTHING), st.sampled_from(["product", "coupon"]))
def test_any_body_is_told_or_refused_and_nothing_else(changed: dict[str, Any], resource: str) -> None:
    body = {**COUPON_BODY, "name": "x", "stock_quantity": 1, "parent_id": 0, "categories": [], **changed}
    try:
        (entities.product if resource == "product" else entities.coupon)(body, LINEAGE)
    except RefusedError:
        return


@FEW
@given(
    st.dictionaries(st.sampled_from(["ID", "post_title", "post_status", "post_parent", "post_modified_gmt"]), ANYTHING),
    st.dictionaries(st.sampled_from(sorted(product.KEPT_META | coupon.KEPT_META)), ANYTHING),
    st.sampled_from([(product, entities.product, "product"), (coupon, entities.coupon, "shop_coupon")]),
)
def test_any_rows_are_told_or_refused_and_nothing_else(columns: Any, meta: Any, kind: Any) -> None:
    module, tell, post_type = kind
    try:
        built = module.payload(_made(post_type, "x", MANAGED | COUPON | meta, **columns))
        assert built is None or tell(built, LINEAGE)
    except RefusedError:
        return


def test_only_so_many_deleted_rows_are_remembered() -> None:
    rows = Rows()
    for number in range(1, MAX_GONE + 50):
        rows.take(_meta(number, "_price", "1"))
        gone = {"meta_id": number, "post_id": 40}
        rows.take(change("postmeta", "d", None, gone, position=1000 + number))
    assert len(rows.state["postmeta"]) == MAX_GONE


@pytest.mark.parametrize("by_webhook_first", [False, True])
def test_stock_levels_that_follow_each_other_at_once_are_told_each_with_its_own_second(by_webhook_first: bool) -> None:
    item, shop, binlog = CATALOGUE[0], GatheredShop(), Binlog()
    shop.rows(binlog.of(opened(item)))
    shop.wait(2)
    sales = [stocked(item, 300 - sold, NOON + timedelta(seconds=60 * sold)) for sold in (1, 2, 3)]
    for sale in sales:
        if by_webhook_first:
            of = shop.lineage("webhook")
            event = entities.product(json.loads(json.dumps(product_payload(sale))), of)
            shop.told.append(shop.gathering.delivered(event, of, shop.kept))
        shop.rows(binlog.of(posts.stock_level(sale.id, sale.stock, sale.modified_at)))
    shop.wait(2)
    seen = [(event["occurred_at"], event["product"]["stock_quantity"]) for event in shop.events if event["product"]]
    assert seen[1:] == [(sale.modified_at, sale.stock) for sale in sales]
