"""The seed decides the shop; the shop spans Europe; what is bought together shows."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest

from infra.local.shop.catalogue import BY_SKU, CATALOGUE, COMPANIONS
from infra.local.shop.countries import COUNTRIES
from infra.local.shop.identifiers import grouped, iban, iban_is_valid
from infra.local.shop.model import OrderPath
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import ShopPlan


def test_the_same_seed_is_the_same_shop_and_another_seed_another(plan: ShopPlan) -> None:
    assert shop_plan(60, 7) == plan
    assert shop_plan(60, 8) != plan


def test_counts_are_as_asked() -> None:
    plan = shop_plan(40, 3, reviews=13, notes=0)
    assert sum(order.path is not OrderPath.ABANDONED for order in plan.orders) == 40
    assert sum(order.path is OrderPath.ABANDONED for order in plan.orders) == 2
    assert sum(len(order.reviews) for order in plan.orders) == 13
    assert not any(order.staff_notes for order in plan.orders)


def test_customers_live_in_fifteen_countries_and_have_example_addresses(plan: ShopPlan) -> None:
    assert {person.address.country for person in plan.customers} == set(COUNTRIES)
    for person in plan.customers:
        assert person.email.endswith(".example")
        assert person.email.isascii()
        assert person.work_email.endswith(".example")


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_account_number_has_valid_check_digits(country: str) -> None:
    rng = Random(country)
    for _ in range(50):
        number = iban(country, rng)
        assert iban_is_valid(number)
        assert iban_is_valid(grouped(number))
        swapped = number[:2] + f"{(int(number[2:4]) + 1) % 98:02d}" + number[4:]
        assert not iban_is_valid(swapped)


def test_companions_are_bought_together_more_often_than_strangers() -> None:
    pairs: Counter[frozenset[str]] = Counter()
    for order in shop_plan(600, 5, 0, 0).orders:
        skus = {line.product.sku for line in order.lines}
        pairs.update(frozenset(pair) for pair in combinations(skus, 2))
    companions = {frozenset((sku, other)) for sku, others in COMPANIONS.items() for other in others}
    assert sum(pair in companions for pair, _ in pairs.most_common(10)) >= 8


def test_baskets_hold_sellable_goods_once_each(plan: ShopPlan) -> None:
    for order in plan.orders:
        skus = [line.product.sku for line in order.lines]
        assert 1 <= len(skus) == len(set(skus)) <= 4
        assert all(line.product.sellable for line in order.lines)


def test_the_catalogue_has_two_dozen_goods_and_no_dangling_reference() -> None:
    assert sum(product.parent_sku is None for product in CATALOGUE) == 24
    assert len(BY_SKU) == len(CATALOGUE)
    for sku, others in COMPANIONS.items():
        assert all(BY_SKU[other].sellable for other in (sku, *others))


def test_personal_data_does_not_show_in_representations(plan: ShopPlan) -> None:
    person, order = plan.customers[0], next(order for order in plan.orders if order.customer_note)
    assert person.last_name not in repr(person)
    assert person.email not in repr(person)
    assert order.customer_note
    assert order.customer_note.text not in repr(order)


def test_an_edited_review_says_something_else() -> None:
    reviews = [review for order in shop_plan(2_000, 7).orders for review in order.reviews if review.second]
    assert len(reviews) > 50
    assert all(review.second and review.second.text != review.text.text for review in reviews)
