"""Which orders' notes have been read: an order is told anew with each change of status, its note is read once. Pure."""

from typing import cast

from avro_schemas.records import CommerceEvent
from streams.delivery.state import State, StateView
from streams.enrich.tasks.task import Task
from streams.sources.identity import derive

REMEMBERED = 20
"""Texts by order and task."""


def take_up(event: CommerceEvent, task: Task, text: str, state: StateView) -> bool:
    """Whether the text is to be read: it is no order's note, or one that was not read yet; then it is, from now on."""
    if not task.read_once or event["entity"] != "order":
        return True
    key = f"{event['shop_id']}/{event['entity_id']}/{task.name}"
    known = cast(list[str], (state.get(key) or {"read": []})["read"])
    mark = derive(task.version, text)
    if mark in known:
        return False
    state.put(key, cast(State, {"read": [*known, mark][-REMEMBERED:]}))
    return True
