"""Webhook bodies have the shape of recorded ones, key by key and type by type."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from infra.local.shop.catalogue import BY_SKU
from infra.local.shop.model import BasketLine, OrderPath
from infra.local.shop.money import amounts
from infra.local.shop.opening import Opening
from infra.local.shop.payload.customer import customer_payload
from infra.local.shop.payload.order import order_payload
from infra.local.shop.payload.product import product_payload
from infra.local.shop.php import json_encode
from infra.local.shop.planned import OrderPlan, ShopPlan
from tests.unit.shop.conftest import Played
from tests.unit.shop.samples import recorded_bodies, shapes

Play = Callable[[OrderPlan], Played]

# Present in the REST API's description of an order; no recorded order happens to be refunded, or has a fee or a coupon.
REFUND_SHAPES = {
    (".refunds[]", "object"),
    (".refunds[].id", "number"),
    (".refunds[].reason", "str"),
    (".refunds[].total", "str"),
}
FEE_SHAPES = {
    (".fee_lines[]", "object"),
    (".fee_lines[].id", "number"),
    *((f".fee_lines[].{key}", "str") for key in ("name", "tax_class", "tax_status", "amount", "total", "total_tax")),
    (".fee_lines[].taxes", "list"),
    (".fee_lines[].taxes[]", "object"),
    (".fee_lines[].taxes[].id", "number"),
    (".fee_lines[].taxes[].total", "str"),
    (".fee_lines[].taxes[].subtotal", "str"),
    (".fee_lines[].meta_data", "list"),
}
COUPON_SHAPES = {
    (".coupon_lines[]", "object"),
    (".coupon_lines[].id", "number"),
    *((f".coupon_lines[].{key}", "str") for key in ("code", "discount", "discount_tax", "discount_type")),
    (".coupon_lines[].nominal_amount", "number"),
    (".coupon_lines[].free_shipping", "bool"),
    (".coupon_lines[].meta_data", "list"),
    (".coupon_lines[].meta_data[]", "object"),
    (".coupon_lines[].meta_data[].id", "number"),
    *((f".coupon_lines[].meta_data[].{key}", "str") for key in ("key", "value", "display_key", "display_value")),
}


def _rendered(plan: ShopPlan, play: Play) -> list[Any]:
    played = [play(order) for order in plan.orders]
    return [json.loads(json_encode(order_payload(p.order, state))) for p in played for state in p.states]


def test_orders_have_the_recorded_keys_and_types_and_no_others(plan: ShopPlan, play: Play) -> None:
    recorded = set[tuple[str, str]]().union(*(shapes(body) for body in recorded_bodies("order.")))
    rendered = set[tuple[str, str]]().union(*(shapes(body) for body in _rendered(plan, play)))
    assert rendered - recorded == REFUND_SHAPES | FEE_SHAPES | COUPON_SHAPES
    assert recorded - rendered == set()


def test_every_order_has_the_recorded_top_level_keys_in_the_recorded_order(plan: ShopPlan, play: Play) -> None:
    expected = list(recorded_bodies("order.")[0])
    assert all(list(body) == expected for body in _rendered(plan, play))


def test_totals_add_up_to_the_cent_in_every_order(plan: ShopPlan, play: Play) -> None:
    for body in _rendered(plan, play):
        lines = [*body["line_items"], *body["fee_lines"]]
        taxes = sum(round(float(line["total_tax"]) * 100) for line in lines)
        assert taxes == round(float(body["cart_tax"]) * 100)
        parts = sum(float(line["total"]) for line in lines) + float(body["shipping_total"])
        assert f"{parts + float(body['total_tax']):.2f}" == body["total"]
        taken = sum(Decimal(line["subtotal"]) - Decimal(line["total"]) for line in body["line_items"])
        assert f"{taken:.2f}" == body["discount_total"]
        assert bool(body["coupon_lines"]) == (taken > 0)


def test_recorded_orders_are_priced_as_woocommerce_priced_them() -> None:
    """The recorded shop sells goods of this catalogue: same baskets, same destinations, same cents."""
    bodies = recorded_bodies("order.created")
    assert len({body["shipping"]["country"] for body in bodies}) >= 5
    for body in bodies:
        lines = [BasketLine(BY_SKU[line["sku"]], line["quantity"]) for line in body["line_items"]]
        priced = amounts(lines, body["shipping"]["country"])
        assert f"{priced.total:.2f}" == body["total"]
        assert f"{priced.cart_tax:.2f}" == body["cart_tax"]
        assert f"{priced.shipping_tax:.2f}" == body["shipping_tax"]
        prices = [float(money.sold.net) / line.quantity for money, line in zip(priced.lines, lines, strict=True)]
        assert prices == [line["price"] for line in body["line_items"]]


def test_a_refunded_order_tells_its_refund_with_the_reason(plan: ShopPlan, play: Play) -> None:
    planned = next(order for order in plan.orders if order.path is OrderPath.REFUNDED)
    played = play(planned)
    assert planned.refund_reason
    assert order_payload(played.order, played.states[-2])["refunds"] == []
    refunds = order_payload(played.order, played.states[-1])["refunds"]
    assert refunds == [
        {
            "id": played.order.refund_id,
            "reason": planned.refund_reason.text,
            "total": f"-{played.order.amounts.total:.2f}",
        }
    ]


def test_customers_have_the_recorded_keys_and_types(opened: Opening) -> None:
    (recorded,) = recorded_bodies("customer.")
    account = next(iter(opened.accounts.values()))
    rendered = customer_payload(account)
    assert shapes(rendered) == shapes(recorded)
    assert list(rendered) == list(recorded)


def test_products_and_variations_have_the_recorded_keys_and_types(opened: Opening) -> None:
    for kind, sku in (("simple", "KK-STOEL-02"), ("variation", "KK-SCHORT-06-L-BLAUW")):
        recorded = next(body for body in recorded_bodies("product.") if body["sku"] == sku)
        rendered = product_payload(opened.warehouse.product(sku))
        assert recorded["type"] == rendered["type"] == kind
        assert shapes(rendered) == shapes(recorded) - {(".related_ids[]", "number")}
        assert list(rendered) == list(recorded)
        assert rendered["price_html"] == recorded["price_html"]


def test_bodies_are_ascii_with_escaped_slashes() -> None:
    assert json_encode({"a": "Kjær/Ł", "b": 1.5}) == rb'{"a":"Kj\u00e6r\/\u0141","b":1.5}'
