"""Settings of the model server, read from the command line."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_STOP_SEQUENCES = 4
MAX_TOP_N_TOKENS = 5
MAX_BEST_OF = 1
DEFAULT_MAX_NEW_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server listens and how much it takes on.

    `threads` evaluate prompts and `decode_threads` generate: on two cores one thread generates almost twice as fast as
    two, because a token of so small a model is shorter than the threads' rendezvous. `parallel` is the number of
    sequences that are generated at the same time; up to `max_concurrent_requests` are admitted, the rest are refused.
    """

    host: str = "127.0.0.1"
    port: int = 18080
    api_key: str | None = field(default=None, repr=False)
    max_concurrent_requests: int = 128
    max_total_tokens: int = 2048
    threads: int = 2
    decode_threads: int = 1
    parallel: int = 4
    prompt_cache_mib: int = 128

    @property
    def max_input_tokens(self) -> int:
        """Longest prompt in tokens: one token must be left to generate."""
        return self.max_total_tokens - 1


def parse_settings(argv: Sequence[str] | None = None) -> Settings:
    """Read the settings from `argv` (default: the process's). Exits with a usage message when one is wrong."""
    parser = _parser()
    given = parser.parse_args(argv)
    api_key = None
    if given.api_key_file is not None:
        try:
            api_key = given.api_key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            parser.error(f"--api-key-file: cannot read {given.api_key_file}: {error.strerror}")
        if not api_key:
            parser.error(f"--api-key-file: {given.api_key_file} is empty; write the key into it")
    return Settings(
        host=given.host,
        port=given.port,
        api_key=api_key,
        max_concurrent_requests=given.max_concurrent_requests,
        max_total_tokens=given.max_total_tokens,
        threads=given.threads,
        decode_threads=given.decode_threads,
        parallel=given.parallel,
        prompt_cache_mib=given.prompt_cache_mib,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local.model", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=_between(0, 65535), default=18080, help="port to listen on; 0 takes a free one")
    add("--api-key-file", type=Path, default=None, help="file with the bearer key that callers must send")
    add("--max-concurrent-requests", type=_between(1, 10_000), default=128, help="beyond this, 429")
    add("--max-total-tokens", type=_between(64, 8192), default=2048, help="prompt and answer of one call, in tokens")
    add("--threads", type=_between(1, 256), default=min(os.cpu_count() or 1, 4), help="threads that evaluate prompts")
    add("--decode-threads", type=_between(1, 256), default=1, help="threads that generate")
    add("--parallel", type=_between(1, 64), default=4, help="sequences generated at the same time")
    add("--prompt-cache-mib", type=_between(0, 65536), default=128, help="memory for evaluated prompts, in MiB")
    return parser


def _between(low: int, high: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be between {low} and {high}")
        return value

    return integer
