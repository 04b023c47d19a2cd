"""Subjects' pseudonyms: HMAC-SHA256 under a key of the region's own.

A pseudonym is personal data still (EDPB guidelines 01/2025): who holds the key and the identity can make it again.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from streams.redact.keyfiles import (
    MIN_KEY_BYTES,
    REGION_KEYS,
    RegionKeyError,
    command,
    key_files,
    key_version,
    read_key,
)

__all__ = ["MIN_KEY_BYTES", "TOKEN_HEX", "RegionKeyError", "RegionKeys", "normalised"]
TOKEN_HEX = 32


class RegionKeys:
    """The secret keys of each region: the newest makes tokens, older ones only recognise and unwrap what they made.

    Neither repr nor any error shows a key.
    """

    def __init__(self, keys: Mapping[str, bytes | Sequence[bytes]]) -> None:
        """`keys`: at least 32 bytes each; of several keys of a region the last is the newest."""
        self._keys: dict[str, dict[str, bytes]] = {}
        for region, given in keys.items():
            several = (given,) if isinstance(given, bytes) else tuple(given)
            if any(len(key) < MIN_KEY_BYTES for key in several):
                raise RegionKeyError(f"key of region {region} is shorter than {MIN_KEY_BYTES} bytes: draw a new one")
            self._keys[region] = {key_version(key): key for key in several}
            if len(self._keys[region]) < len(several):
                raise RegionKeyError(f"region {region} has the same key twice: remove the later file")

    @classmethod
    def read(cls, folder: Path, setting: str = REGION_KEYS) -> "RegionKeys":
        """The keys of a folder: see streams.redact.keyfiles."""
        found: dict[str, list[bytes]] = {}
        for file in key_files(folder, setting):
            found.setdefault(file.region, []).append(read_key(file.path))
        if not found:
            raise RegionKeyError(f"{folder} holds no key: `{command(setting)} draw REGION` writes one")
        return cls(found)

    @property
    def regions(self) -> frozenset[str]:
        """Regions that have a key."""
        return frozenset(self._keys)

    def versions(self, region: str) -> tuple[str, ...]:
        """Names of a region's keys, the newest first; RegionKeyError when it has none."""
        return tuple(reversed(self._of(region)))

    def token(self, region: str, identity: str) -> str:
        """`<key version>_<32 hex digits>`, the same for spellings that differ in case, width and outer spaces only.

        RegionKeyError when the region has no key.
        """
        return self.tokens(region, identity)[0]

    def tokens(self, region: str, identity: str) -> tuple[str, ...]:
        """The identity's token, and after it those that older keys of the region gave it."""
        known = normalised(identity).encode()
        return tuple(
            f"{version}_{hmac.new(self._keys[region][version], known, hashlib.sha256).hexdigest()[:TOKEN_HEX]}"
            for version in self.versions(region)
        )

    def region_of(self, token: str) -> str:
        """The region whose key made a token; RegionKeyError when no key here did."""
        version = token.partition("_")[0]
        for region, keys in self._keys.items():
            if version in keys:
                return region
        raise RegionKeyError(f"no key here is called {version}: give the folder that holds the token's key")

    def subkey(self, region: str, version: str, purpose: bytes) -> bytes:
        """32 bytes that stand for the region's key in one purpose (HKDF-SHA256, RFC 5869).

        The key itself makes tokens and nothing else. RegionKeyError when the region has no key of that name.
        """
        key = self._of(region).get(version)
        if key is None:
            raise RegionKeyError(f"region {region} has no key {version}: put the older key's file back")
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key)

    def _of(self, region: str) -> dict[str, bytes]:
        if region not in self._keys:
            raise RegionKeyError(f"region {region} has no key: add its file to the folder of the regions' keys")
        return self._keys[region]

    def __repr__(self) -> str:
        return f"RegionKeys({', '.join(sorted(self._keys))})"


def normalised(identity: str) -> str:
    """NFKC, case folded, without spaces at the edges."""
    return unicodedata.normalize("NFKC", identity).casefold().strip()
