"""`python -m infra.local up|down|status|doctor|reset`."""

import click

from infra.local.commands import COMMANDS


@click.group(help="The platform without containers.", commands=COMMANDS)
def main() -> None:
    """The platform's commands without the rest of Inland."""


if __name__ == "__main__":
    main(prog_name="python -m infra.local")
