"""A folder of keys, one kind a folder: `<region>` is a region's first key, `<region>.<n>` its later ones.

The file with the highest number is the newest. Older ones stay: what they made is recognised and opened by them alone.
"""

import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

_LOG = logging.getLogger(__name__)
MIN_KEY_BYTES = 32
REGION_KEYS = "INLAND_REGION_KEYS_DIR"
GATE_KEYS = "INLAND_GATE_KEYS_DIR"
KINDS = {REGION_KEYS: "regions'", GATE_KEYS: "gate's"}
"""Setting that names a folder of keys -> whose they are."""
_MAX_FILE_BYTES = 4096
_NAME = re.compile(r"(?P<region>[a-z][a-z0-9-]{0,31})(?:\.(?P<number>[1-9][0-9]{0,5}))?")


class RegionKeyError(ValueError):
    """A key is missing or unusable; the message names the file and the remedy, never the key."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One key of a region. ``number``: 0 for the file that is named as the region alone."""

    region: str
    number: int
    path: Path


def key_files(folder: Path, setting: str = REGION_KEYS) -> list[KeyFile]:
    """The folder's keys by region, the newest of each last; RegionKeyError for a file that is named otherwise.

    Hidden files are left alone: a secret store may mount its own there. `setting`: which one names the folder.
    """
    if not folder.is_dir():
        raise RegionKeyError(f"{folder} is no folder: set {setting} to the folder of the {KINDS[setting]} keys")
    files = [_key_file(path) for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    return sorted(files, key=lambda file: (file.region, file.number))


def read_key(path: Path) -> bytes:
    """The key in a file, hexadecimal. A file that others may read is warned of."""
    status = path.stat()
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        _LOG.warning("key file %s can be read by others: chmod 600 it", path.name)
    if status.st_size > _MAX_FILE_BYTES:
        raise RegionKeyError(
            f"key file {path.name} is too large: it holds {MIN_KEY_BYTES} bytes in hexadecimal and nothing else"
        )
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        # `from None`: the error of fromhex would show the text.
        raise RegionKeyError(
            f"key file {path.name} is not hexadecimal: write {MIN_KEY_BYTES} random bytes in hexadecimal"
        ) from None


def key_version(key: bytes) -> str:
    """A name for the key that changes with it and tells nothing of it."""
    return "k" + hmac.new(key, b"inland key version", hashlib.sha256).hexdigest()[:7]


def command(setting: str) -> str:
    """How `inland keys` is told to work on the folder that a setting names."""
    return "inland keys --gate" if setting == GATE_KEYS else "inland keys"


def draw(folder: Path, region: str, setting: str = REGION_KEYS) -> KeyFile:
    """Write a region's first key; RegionKeyError when it has one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(file.region == region for file in key_files(folder, setting)):
        raise RegionKeyError(f"region {region} has a key: `{command(setting)} rotate {region}` adds a newer one")
    return _write(folder / region)


def rotate(folder: Path, region: str, setting: str = REGION_KEYS) -> KeyFile:
    """Write a region's next key beside the older ones; RegionKeyError when it has none yet."""
    numbers = [file.number for file in key_files(folder, setting) if file.region == region]
    if not numbers:
        raise RegionKeyError(f"region {region} has no key yet: `{command(setting)} draw {region}` writes the first")
    return _write(folder / f"{region}.{max(numbers) + 1}")


def _write(path: Path) -> KeyFile:
    file = _key_file(path)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RegionKeyError(f"{path.name} was written by somebody else just now: look, and try again") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(MIN_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    return file


def _key_file(path: Path) -> KeyFile:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise RegionKeyError(
            f"{path.name} is no name of a key file: name it `<region>` or `<region>.<n>`, and move other files away"
        )
    return KeyFile(match["region"], int(match["number"] or 0), path)
