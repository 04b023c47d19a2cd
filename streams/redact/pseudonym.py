"""Subjects' pseudonyms: HMAC-SHA256 under a key of the region's own.

A pseudonym is personal data still (EDPB guidelines 01/2025): who holds the key and the identity can make it again.
"""

import hashlib
import hmac
import logging
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path

_LOG = logging.getLogger(__name__)
MIN_KEY_BYTES = 32
TOKEN_HEX = 32
_MAX_FILE_BYTES = 4096


class RegionKeyError(ValueError):
    """A key is missing or unusable; the message names the file and the remedy, never the key."""


class RegionKeys:
    """One secret key a region. Neither repr nor any error shows a key."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys`: at least 32 bytes each."""
        for region, key in keys.items():
            if len(key) < MIN_KEY_BYTES:
                raise RegionKeyError(f"key of region {region} is shorter than {MIN_KEY_BYTES} bytes: draw a new one")
        self._keys = dict(keys)
        self._versions = {region: _key_version(key) for region, key in keys.items()}

    @classmethod
    def read(cls, folder: Path) -> "RegionKeys":
        """One file a region, named as the region, hexadecimal. A file that others may read is warned of."""
        if not folder.is_dir():
            raise RegionKeyError(
                f"{folder} is no folder: set INLAND_REGION_KEYS_DIR to the folder of the regions' keys"
            )
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        if not files:
            raise RegionKeyError(
                f"{folder} holds no key: write one file a region, {MIN_KEY_BYTES} random bytes in hexadecimal"
            )
        return cls({path.name: _read_key(path) for path in files})

    @property
    def regions(self) -> frozenset[str]:
        """Regions that have a key."""
        return frozenset(self._keys)

    def token(self, region: str, identity: str) -> str:
        """`<key version>_<32 hex digits>`, the same for spellings that differ in case, width and outer spaces only.

        RegionKeyError when the region has no key.
        """
        if region not in self._keys:
            raise RegionKeyError(f"region {region} has no key: add its file to the folder of the regions' keys")
        digest = hmac.new(self._keys[region], normalised(identity).encode(), hashlib.sha256).hexdigest()
        return f"{self._versions[region]}_{digest[:TOKEN_HEX]}"

    def __repr__(self) -> str:
        return f"RegionKeys({', '.join(sorted(self._keys))})"


def normalised(identity: str) -> str:
    """NFKC, case folded, without spaces at the edges."""
    return unicodedata.normalize("NFKC", identity).casefold().strip()


def _read_key(path: Path) -> bytes:
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


def _key_version(key: bytes) -> str:
    """A name for the key that changes with it and tells nothing of it."""
    return "k" + hmac.new(key, b"inland key version", hashlib.sha256).hexdigest()[:7]
