"""Set-up, step by step, with its progress; a second run fetches nothing."""

import time

from rich.console import Console

from infra.local.settings import LocalSettings
from infra.local.setup.commands import FetchError
from infra.local.setup.steps import steps
from infra.local.tools import ToolMissingError


def set_up(settings: LocalSettings, console: Console) -> bool:
    """Run every step that is not done. False, with the reason printed, when one failed."""
    for step in steps(settings):
        if step.is_done():
            console.print(f"[green]✓[/] {step.describes}")
            continue
        begun = time.monotonic()
        try:
            with console.status(f"{step.describes} …"):
                if not console.is_terminal:
                    console.print(f"… {step.describes}")
                step.do()
        except (FetchError, ToolMissingError, OSError) as error:
            console.print(f"[red]✗[/] {step.describes}")
            console.print(str(error), markup=False, highlight=False)
            return False
        console.print(f"[green]✓[/] {step.describes}  [dim]{time.monotonic() - begun:.1f} s[/]")
    return True
