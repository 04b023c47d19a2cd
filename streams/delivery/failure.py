"""Telling what may work later from what never will: asked here, for every library, and nowhere else.

Three answers to a failure, by who can mend it:

- RefusedError: the record breaks a rule. Nobody but its writer can mend it: dead letter.
- a transient failure (`is_transient`): something around the stage is away. It comes back by itself: wait, try again.
- anything else: a defect of the stage or of its deployment. Waiting does not help: stop, say so, acknowledge nothing.

A room that uses a library of its own registers that library's errors: `@is_transient.register`.
"""

from functools import singledispatch

from aiokafka.errors import KafkaError

from avro_schemas.registry import RegistryError, UnknownSchemaError

# Errors of the operating system that no waiting mends: a wrong path, a missing right.
_MISTAKES = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


class UnavailableError(Exception):
    """Something that the stage depends on does not answer; raised by a stage to have the message wait.

    The message is processed again, and again, until it does; its partition waits meanwhile, no other.
    """

    def __init__(self, dependency: str) -> None:
        """`dependency`: what is away, for logs; never a datum of the record."""
        super().__init__(f"{dependency} does not answer")
        self.dependency = dependency


class StageFailedError(Exception):
    """The stage itself failed: nothing of the batch is acknowledged, and the worker ends."""


class TableBrokenError(StageFailedError):
    """A table cannot be recovered from its changelog: the worker ends rather than go on without its state."""


class FencedError(StageFailedError):
    """This process stood still for longer than its session: another may own its partitions, so it must not write."""


@singledispatch
def is_transient(error: BaseException) -> bool:
    """Whether the same may work later without anybody's doing. An unknown error counts as permanent."""
    return isinstance(error, UnavailableError)


@is_transient.register
def _(error: OSError) -> bool:
    # TimeoutError and ConnectionError are among them.
    return not isinstance(error, _MISTAKES)


@is_transient.register
def _(error: KafkaError) -> bool:
    return bool(error.retriable)


@is_transient.register
def _(error: RegistryError) -> bool:
    return not isinstance(error, UnknownSchemaError)
