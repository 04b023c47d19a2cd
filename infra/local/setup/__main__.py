"""`python -m infra.local.setup`: fetch what is missing."""

import sys

from rich.console import Console

from infra.local.settings import LocalSettings
from infra.local.setup.fetch import set_up

if __name__ == "__main__":
    sys.exit(0 if set_up(LocalSettings(), Console()) else 1)
