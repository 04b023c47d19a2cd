"""Reviews: posted, edited, held back, approved, trashed, erased."""

from infra.local.shop import facts
from infra.local.shop.changes import Change
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.order import PlacedOrder
from infra.local.shop.planned import ReviewAct, ReviewPlan
from infra.local.shop.rows import comments
from infra.local.shop.shop import Shop

STATUSES = {True: "approved", False: "hold"}


async def post(shop: Shop, order: PlacedOrder, planned: ReviewPlan) -> None:
    """A review, and what follows."""
    product_id = shop.opening.warehouse.parent(planned.product).id
    comment = comments.review(product_id, order.customer_id, order.plan.customer, planned, shop.stamp())
    await shop.write(comment.changes, product_id)
    shop.ledger.write(facts.comment_text("review", comment.id, product_id, planned.text))
    approved = True
    for act in planned.acts:
        approved = approved if act is ReviewAct.EDITED else act is ReviewAct.APPROVED
        await shop.later(shop.now())
        await shop.write(_changes(shop, comment.id, act, planned), product_id)
        if act is ReviewAct.EDITED and planned.second:
            shop.ledger.write(facts.review_edit(comment.id, product_id, planned.second))
        # What is erased was in the trash before, and counts as deleted since then.
        if act is not ReviewAct.ERASED:
            trash = act is ReviewAct.TRASHED
            kind, status = ("review_deleted", "trash") if trash else ("review_edited", STATUSES[approved])
            shop.ledger.write(ChangeFact(kind, "review", comment.id, shop.now(), status, about=product_id))


def _changes(shop: Shop, comment_id: int, act: ReviewAct, planned: ReviewPlan) -> list[Change]:
    match act:
        case ReviewAct.EDITED:
            return comments.edited(comment_id, planned.second.text if planned.second else "")
        case ReviewAct.HELD | ReviewAct.APPROVED:
            return comments.judged(comment_id, act is ReviewAct.APPROVED)
        case ReviewAct.TRASHED:
            return comments.trashed(comment_id, True, shop.stamp())
        case ReviewAct.ERASED:
            return comments.erased(comment_id)
