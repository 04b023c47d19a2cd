"""What the redaction benchmark measures in processes of their own."""

import subprocess

from pydantic import TypeAdapter

from tests.bench import harness
from tests.bench.presidio_figures import Shipped
from tests.bench.redact_memory import Memory

_TIMEOUT_S = 3600


def shipped(count: int, seed: int) -> Shipped:
    """Presidio as shipped on the groups of texts."""
    return TypeAdapter(Shipped).validate_json(_told("tests.bench.presidio_shipped", str(count), str(seed)))


def memory(texts: int) -> Memory:
    """A worker's memory over so many texts."""
    return TypeAdapter(Memory).validate_json(_told("tests.bench.redact_memory", str(texts)))


def _told(module: str, *arguments: str) -> str:
    """The last line a module prints; BenchError with the end of what it complained about."""
    done = subprocess.run(
        harness.module(module, *arguments), capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode:
        raise harness.BenchError(f"{module} could not measure: {done.stderr[-1000:]}")
    return done.stdout.splitlines()[-1]
