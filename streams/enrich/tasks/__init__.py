"""What the model is asked, one file a task: which events, which prompt, which answers count."""

from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.review_sentiment import REVIEW_SENTIMENT
from streams.enrich.tasks.task import Task

TASKS: tuple[Task, ...] = (REVIEW_SENTIMENT, NOTE_INTENT)
