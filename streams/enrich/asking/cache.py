"""Answers to prompts that were asked before, of the same model revision: bounded, and forgotten with the process."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from streams.enrich.client import Reply
from streams.enrich.records.call import Attempt
from streams.enrich.tasks.task import Task

_OVERHEAD = 600
"""Bytes of an entry beside its text, about: key, reply, and what the dictionary takes."""


@dataclass(slots=True)
class AnswerCache:
    """Least recently used answers go first when there are more than `bytes_limit` bytes of them; 0 keeps none."""

    bytes_limit: int
    _replies: OrderedDict[bytes, Reply] = field(default_factory=OrderedDict, repr=False)
    _bytes: int = 0

    @property
    def on(self) -> bool:
        """Whether it keeps anything."""
        return self.bytes_limit > 0

    def get(self, key: bytes) -> Reply | None:
        """The reply as if given at once and for nothing: no times, no tokens."""
        found = self._replies.get(key)
        if found is not None:
            self._replies.move_to_end(key)
        return found

    def put(self, key: bytes, reply: Reply) -> None:
        """Keep a valid answer."""
        if not self.on or reply.text is None or _size(reply) > self.bytes_limit:
            return
        self.drop(key)
        self._replies[key] = replace(
            reply,
            queued_us=0,
            total_us=0,
            input_tokens=None,
            output_tokens=None,
            server_queue_us=None,
            inference_us=None,
            first_token_us=None,
            per_token_us=None,
        )
        self._bytes += _size(reply)
        while self._bytes > self.bytes_limit:
            self._bytes -= _size(self._replies.popitem(last=False)[1])

    def drop(self, key: bytes) -> None:
        """Forget an answer, if there is one."""
        if (found := self._replies.pop(key, None)) is not None:
            self._bytes -= _size(found)


def key_of(region: str, task: Task, attempt: Attempt) -> bytes:
    """What must be equal for an answer to count again; a hash, so that no text stays in memory on its account."""
    model, parameters = attempt.model, repr(attempt.parameters)
    about = (region, task.name, task.version, attempt.step, model.model_id, str(model.model_sha))
    return hashlib.sha256("\0".join((*about, parameters, attempt.prompt)).encode(errors="replace")).digest()


def _size(reply: Reply) -> int:
    return _OVERHEAD + len((reply.text or "").encode(errors="replace"))
