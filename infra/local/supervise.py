"""The supervisor's process: `python -m infra.local.supervise [--platform-only]`, started by `inland up`."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

from infra.local.components import components
from infra.local.components.stages import client_environment, inland
from infra.local.keeper import keep_connector
from infra.local.layout import Layout
from infra.local.lock import hold
from infra.local.process import spawn
from infra.local.residency import write_residency
from infra.local.secrets import create_secrets
from infra.local.settings import LocalSettings
from infra.local.supervisor import Supervisor


async def supervise(settings: LocalSettings, *, platform_only: bool) -> int:
    """Run the platform until SIGTERM or SIGINT. The exit status, 0 when all was well."""
    layout = Layout(settings.state_dir)
    write_residency(settings, layout)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    parts = components(settings, layout, platform_only=platform_only)
    keeper = asyncio.create_task(keep_connector(settings, _apply_connector(settings, layout)))
    try:
        return await Supervisor(parts, settings, layout, platform_only=platform_only).run(stop)
    finally:
        keeper.cancel()


def _apply_connector(settings: LocalSettings, layout: Layout) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        environment = {**os.environ, **client_environment(settings, layout)}
        process = await spawn(inland("connect", "apply"), layout.log("connector"), environment)
        await process.wait()

    return run


def main() -> int:
    """Take the platform's lock and supervise; 3 when another supervisor holds it."""
    settings = LocalSettings()
    layout = Layout(settings.state_dir)
    layout.create()
    with hold(layout.lock_file) as held:
        if not held:
            return 3
        create_secrets(layout)
        return asyncio.run(supervise(settings, platform_only="--platform-only" in sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
