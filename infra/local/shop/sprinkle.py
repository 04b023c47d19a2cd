"""What happens to planned orders beside their sale: fees, coupons, edits, refunds, trash; fates of reviews. Pure.

Each order draws from a generator of its own, so that leaving a group out changes nothing else.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from infra.local.shop import texts
from infra.local.shop.model import Address, OrderPath, Payment, Person
from infra.local.shop.people import new_address
from infra.local.shop.planned import (
    Bin,
    Group,
    OrderAct,
    OrderPlan,
    PartRefund,
    Readdress,
    Requantify,
    ReviewAct,
    ReviewPlan,
)

STANDING_COUPONS = {"welkom10": Decimal(10), "zomer5": Decimal(5), "vaste-klant": Decimal("12.5")}
"""Codes and per cents off of the coupons that a shop always has."""

FEE = Decimal("2.50")
FEE_SHARE, COUPON_SHARE, GROWN_SHARE, RETURN_SHARE = 0.06, 0.1, 0.2, 0.04
READDRESS_SHARE, REQUANTIFY_SHARE, PART_REFUND_SHARE = 0.05, 0.15, 0.06
BINS = {Bin.KEPT: 2, Bin.RESTORED: 2, Bin.ERASED: 1, Bin.ERASED_AT_ONCE: 1}
BIN_SHARE = 0.03
REVIEW_FATES: dict[tuple[ReviewAct, ...], int] = {
    (ReviewAct.EDITED,): 6,
    (ReviewAct.HELD, ReviewAct.APPROVED): 3,
    (ReviewAct.HELD,): 1,
    (ReviewAct.TRASHED,): 2,
    (ReviewAct.EDITED, ReviewAct.TRASHED, ReviewAct.ERASED): 1,
    (ReviewAct.TRASHED, ReviewAct.ERASED): 1,
}
REVIEW_SHARE = 0.15


def sprinkled(plan: OrderPlan, groups: frozenset[Group], seed: int, today: date) -> OrderPlan:
    """The order with what else happens to it."""
    extras = _extras(plan, groups, Random(f"{seed}/extras/{plan.number}"))
    acts = _acts(plan, groups, Random(f"{seed}/acts/{plan.number}"), today)
    reviews = plan.reviews
    if Group.REVIEWS in groups:
        reviews = _reviews(plan, Random(f"{seed}/fates/{plan.number}"), today)
    return replace(extras, acts=acts, reviews=reviews)


def _extras(plan: OrderPlan, groups: frozenset[Group], rng: Random) -> OrderPlan:
    fee, coupon, grown = rng.random() < FEE_SHARE, rng.random() < COUPON_SHARE, rng.random() < GROWN_SHARE
    code, returns = rng.choice(list(STANDING_COUPONS)), rng.random() < RETURN_SHARE
    return replace(
        plan,
        fee=FEE if fee and Group.FEES in groups else Decimal(0),
        coupon=code if coupon and Group.COUPONS in groups else "",
        grown=grown and Group.CARTS in groups,
        returns=returns and Group.CARTS in groups,
    )


def _acts(plan: OrderPlan, groups: frozenset[Group], rng: Random, today: date) -> tuple[OrderAct, ...]:
    acts: list[OrderAct] = []
    moved, edited, refunded, binned = (rng.random() for _ in range(4))
    where, line = new_address(plan.recipient.address.country, rng), rng.randrange(len(plan.lines))
    reason = texts.refund_reason(texts.Setting(plan.customer, plan.customer, plan.lines[line].product, today), rng)
    fate = rng.choices(list(BINS), list(BINS.values()))[0]
    if plan.path is OrderPath.ABANDONED:
        return ()
    if Group.EDITS in groups and moved < READDRESS_SHARE:
        acts.append(Readdress(_at(plan.recipient, where)))
    if Group.EDITS in groups and plan.payment is Payment.BACS and edited < REQUANTIFY_SHARE:
        acts.append(Requantify(line, plan.lines[line].quantity + rng.choice((1, 2))))
    sold = plan.path in {OrderPath.COMPLETED, OrderPath.PROCESSING}
    if Group.REFUNDS in groups and sold and refunded < PART_REFUND_SHARE:
        acts.append(PartRefund(line, reason))
    if Group.TRASH in groups and binned < BIN_SHARE:
        acts.append(fate)
    return tuple(acts)


def _at(person: Person, where: Address) -> Person:
    return replace(person, address=where)


def _reviews(plan: OrderPlan, rng: Random, today: date) -> tuple[ReviewPlan, ...]:
    return tuple(_fated(review, plan.customer, rng, today) for review in plan.reviews)


def _fated(review: ReviewPlan, customer: Person, rng: Random, today: date) -> ReviewPlan:
    if rng.random() >= REVIEW_SHARE:
        return review
    acts = rng.choices(list(REVIEW_FATES), list(REVIEW_FATES.values()))[0]
    setting = texts.Setting(customer, customer, review.product, today)
    second = texts.review(setting, rng)
    while second.text == review.text.text:
        # The same words once more would be no edit.
        second = texts.review(setting, rng)
    return replace(review, acts=acts, second=second if ReviewAct.EDITED in acts else None)
