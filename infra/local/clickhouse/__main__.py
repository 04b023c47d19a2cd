"""`python -m infra.local.clickhouse`: serve one data directory over HTTP until SIGTERM or SIGINT."""

import argparse
import os
import shutil
import signal
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.clickhouse.library import EngineError, run_clickhouse_local
from infra.local.lock import hold

_STOP = (signal.SIGTERM, signal.SIGINT)
_ENDED = signal.SIGUSR1


@dataclass(frozen=True, slots=True)
class Options:
    """What the server is told on its command line."""

    library: Path
    config: Path
    data_dir: Path
    host: str
    http_port: int


@dataclass(slots=True)
class Engine:
    """clickhouse-local in a thread: it listens while its last-but-one statement waits on a pipe."""

    options: Options
    error: str = ""
    _pipe: Path = field(init=False)

    def __post_init__(self) -> None:
        """Make the pipe anew; one of an earlier run may have been left."""
        self._pipe = self.options.data_dir / "stop.fifo"
        self._pipe.unlink(missing_ok=True)
        os.mkfifo(self._pipe, mode=0o600)

    def run(self) -> None:
        """Serve until `stop`; wakes the main thread with a signal however it ends."""
        wait = f"SELECT count() FROM file('{self._pipe}', 'LineAsString', 'line String') FORMAT Null"  # noqa: S608 - our own path
        arguments = [
            f"--path={self.options.data_dir / 'store'}",
            f"--config-file={self.options.config}",
            "--log-level=warning",
            f"--query=SYSTEM START LISTEN HTTP; {wait}; SYSTEM STOP LISTEN HTTP",
            "--",
            f"--listen_host={self.options.host}",
            f"--http_port={self.options.http_port}",
        ]
        try:
            run_clickhouse_local(self.options.library, arguments)
        except (EngineError, OSError) as error:
            self.error = str(error)
        os.kill(os.getpid(), _ENDED)

    def stop(self) -> None:
        """Let the waiting statement end; does nothing when no statement waits yet."""
        try:
            os.close(os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            os.kill(os.getpid(), signal.SIGKILL)  # not listening yet: nothing was acknowledged that could be lost


def serve(options: Options) -> int:
    """Serve until a signal. Call with the data directory's lock held."""
    # System tables live in memory here, and leftovers on disk of an earlier run make SYSTEM FLUSH LOGS hang.
    shutil.rmtree(options.data_dir / "store" / "data" / "system", ignore_errors=True)
    signal.pthread_sigmask(
        signal.SIG_BLOCK, {*_STOP, _ENDED}
    )  # inherited by the engine's threads: sigwait gets them all
    engine = Engine(options)
    thread = threading.Thread(target=engine.run, name="clickhouse", daemon=True)
    thread.start()
    if signal.sigwait({*_STOP, _ENDED}) in _STOP:
        engine.stop()
    thread.join()
    if engine.error:
        print(f"clickhouse: {engine.error}", file=sys.stderr)
        return 1
    return 0


def parse(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.clickhouse", description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--http-port", type=int, default=18123)
    return Options(**vars(parser.parse_args(arguments)))


def main() -> int:
    """Take the data directory's lock before anything in it is touched, then serve."""
    options = parse(sys.argv[1:])
    options.data_dir.mkdir(parents=True, exist_ok=True)
    with hold(options.data_dir / "lock") as held:
        if not held:
            print(f"clickhouse: {options.data_dir} is in use by another process: stop that one first", file=sys.stderr)
            return 1
        return serve(options)


if __name__ == "__main__":
    sys.exit(main())
