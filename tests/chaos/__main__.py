"""`python -m tests.chaos`: kill and disturb a platform of its own under load, and reconcile every event."""

import asyncio
import random
import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from infra.local.platform import PlatformError
from infra.local.settings import ROOT
from tests.chaos.faults.catalogue import faults
from tests.chaos.reconcile.reconciler import ReconcileError
from tests.chaos.report import show
from tests.chaos.run import Plan, chaos

ORDERS_PER_MINUTE = 12
LOGS = ROOT / ".state" / "chaos"


@click.command(help=__doc__)
@click.option("--seed", type=int, help="Of the shop and of the random sequence; drawn and printed when not given.")
@click.option("--minutes", type=click.FloatRange(0.5, 240), default=20, show_default=True, help="How long, at most.")
@click.option("--orders", type=click.IntRange(1), help=f"In all; default: {ORDERS_PER_MINUTE} a minute.")
@click.option("--only", default="", help=f"Comma-separated, of: {', '.join(fault.name for fault in faults())}")
@click.option("--once", is_flag=True, help="Each fault once, no random sequence after.")
@click.option("--logs", type=click.Path(path_type=Path, file_okay=False), default=LOGS, help="Logs are copied there.")
@click.option("--json", "as_json", is_flag=True, help="The last line of the output is one JSON object.")
def main(  # noqa: PLR0917 - a command has a parameter per option
    seed: int | None, minutes: float, orders: int | None, only: str, once: bool, logs: Path, as_json: bool
) -> None:
    """See the module."""
    known = {fault.name: fault for fault in faults()}
    names = [name.strip() for name in only.split(",") if name.strip()] or list(known)
    if wrong := [name for name in names if name not in known]:
        raise click.BadParameter(f"no fault is called {', '.join(wrong)}; see --help", param_hint="--only")
    drawn = random.SystemRandom().randrange(1, 1_000_000) if seed is None else seed
    rate = (orders or ORDERS_PER_MINUTE * minutes) / (minutes * 60)
    chosen = [known[name] for name in names]
    plan = Plan(drawn, rate, minutes * 60, chosen, endless=not once, logs=logs / str(drawn))
    console = Console(width=None if sys.stdout.isatty() else 140)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        report = asyncio.run(chaos(plan, console))
    except KeyboardInterrupt:
        sys.exit(130)
    except (PlatformError, ReconcileError) as error:
        sys.exit(f"{error}\nlogs: {plan.logs}")
    show(console, report)
    if as_json:
        print(report.as_json(), flush=True)
    sys.exit(0 if report.passed else 1)


if __name__ == "__main__":
    main()
