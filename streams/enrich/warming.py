"""Loads what the first question would: recognisers, language models, the prompts that all questions have in common.

Otherwise the first events after a start pay for it out of their deadline, and every other waits with them.
"""

from collections.abc import Sequence

from streams.enrich.tasks.reading import of_text
from streams.enrich.tasks.rights import requests_in
from streams.enrich.tasks.spoken import is_in
from streams.enrich.tasks.step import Source
from streams.enrich.tasks.task import Task, configuration_hash
from streams.redact.gate import check

_TEXT = "Call +31 6 00000000 or write about order 10023, please; the lamp of 49,90 has not come yet."


def warm(tasks: Sequence[Task]) -> None:
    """Takes a second or more; to be called before anything is asked."""
    of_text(_TEXT)
    is_in(_TEXT, "en")
    requests_in(_TEXT)
    for task in tasks:
        configuration_hash(task)
        source = Source(_TEXT, "en")
        told = task.shown(source).text
        for step in task.steps:
            check(step.prompt(source, told), told=told or None, country="NL")
