"""Runs `inland` against a platform, as a person would."""

import os
import subprocess
import sys

from infra.local.platform import Platform

TIMEOUT_S = 120


def inland(platform: Platform, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The finished command: its exit code and what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *arguments],
        env={**os.environ, **platform.environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
