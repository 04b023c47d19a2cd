"""Makes `.venv`: `python3 infra/setup/bootstrap.py`, on a machine that has Python 3.11 and nothing else.

Standard library only. A stamp keyed by the hash of the lock files makes a second call a matter of milliseconds.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "infra" / "setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "inland.stamp"

SOURCES = (SETUP / "uv.lock", SETUP / "python.lock", SETUP / "model.lock", ROOT / "pyproject.toml", Path(__file__))
SUPPORTED = ((3, 11), (3, 12))
TIMEOUT_S = 1800


def fingerprint() -> str:
    """Hash of everything the environment is made from."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for source in SOURCES:
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def run(what: str, *command: str) -> None:
    """Run a command with its progress in one line; ends this program with its output when it fails."""
    begun = time.monotonic()
    print(f"… {what}", flush=True)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    if done.returncode != 0:
        sys.exit(f"✗ {what}: {' '.join(command[:4])} … exited with {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"✓ {what}  {time.monotonic() - begun:.1f} s", flush=True)


def ensure_venv_module() -> None:
    """Debian splits `ensurepip` off: install its package as root, else name the command and end."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    command = f"apt-get install -y {package}"
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"✗ Python came without venv and ensurepip: run `sudo {command}`, then try again")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("package lists", "apt-get", "update", "-qq")
    run(package, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package)


def works() -> bool:
    """True when `.venv` holds a Python that starts and has pip."""
    try:
        subprocess.run([PYTHON, "-m", "pip", "--version"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def make() -> None:
    """Make the environment from the lock files; what an interrupted call left is completed."""
    if not works():
        ensure_venv_module()
        shutil.rmtree(VENV, ignore_errors=True)
        run("virtual environment", sys.executable, "-m", "venv", str(VENV))
    hashes = ("--quiet", "--require-hashes", "-r")
    run("uv", str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *hashes, str(SETUP / "uv.lock"))
    uv = (str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON))
    run("Python packages", *uv, "--compile-bytecode", *hashes, str(SETUP / "python.lock"))
    run("language models", *uv, "--no-deps", *hashes, str(SETUP / "model.lock"))
    run("inland", *uv, "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT))


def main() -> None:
    """Do nothing when the stamp is that of the lock files."""
    if sys.version_info[:2] not in SUPPORTED:
        wanted = " or ".join(f"{major}.{minor}" for major, minor in SUPPORTED)
        sys.exit(f"✗ this is Python {sys.version.split()[0]}; Inland needs {wanted}: run `make PYTHON=python3.11 …`")
    mark = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == mark and PYTHON.exists():
        return
    STAMP.unlink(missing_ok=True)
    make()
    STAMP.write_text(mark, encoding="ascii")


if __name__ == "__main__":
    main()
