"""`python -m tests.platform.model.llama_server`: llama.cpp's own HTTP server on a free port, until its input ends."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.local.model.engine import model_file
from tests.platform.model.support import ROOT


@asynccontextmanager
async def llama_server() -> AsyncIterator[str]:
    """Root URL of a server in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.platform.model.llama_server",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while not (line := (await process.stdout.readline()).decode()).startswith("http"):
                assert line, "llama.cpp did not start"
        yield line.strip()
    finally:
        process.stdin.close()
        await process.wait()


def main() -> None:
    # Read at the import of the engine: threads that spin starve the ones that work.
    os.environ.update(OMP_WAIT_POLICY="passive", GOMP_SPINCOUNT="0")
    import xllamacpp  # noqa: PLC0415  # after the environment

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx, params.n_parallel = 2048, 2
    params.cpuparams.n_threads = 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui, params.verbosity = False, 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
