"""What the model is asked, one file a task: which events, which prompts, which answers count."""

from streams.enrich.tasks.cart_recovery import CART_RECOVERY
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.product_attributes import PRODUCT_ATTRIBUTES
from streams.enrich.tasks.review_sentiment import REVIEW_SENTIMENT
from streams.enrich.tasks.review_themes import REVIEW_THEMES
from streams.enrich.tasks.task import Lane, Task

TASKS: tuple[Task, ...] = (NOTE_INTENT, REVIEW_SENTIMENT, REVIEW_THEMES, PRODUCT_ATTRIBUTES, CART_RECOVERY)


def of_lane(lane: Lane) -> tuple[Task, ...]:
    """The tasks of one lane, in the order in which they are asked."""
    return tuple(task for task in TASKS if task.lane == lane)
