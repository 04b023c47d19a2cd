"""What a vault's tests hold in their hands."""

from datetime import UTC, datetime

import pytest

from avro_schemas.codec import Codec
from streams.redact.pseudonym import RegionKeys
from streams.redact.vault.originals import Original
from streams.redact.vault.seal import Subject
from tests.platform.sink_process import offline_codec

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD, NEW = b"\x01" * 32, b"\x02" * 32
IDENTITY = "anouk.vdmeulen@post.example"
KEYS = RegionKeys({"eu": OLD, "uk": b"\x03" * 32})
ROTATED = RegionKeys({"eu": (OLD, NEW)})
SUBJECT = Subject.of(KEYS, "eu", IDENTITY)
ORIGINALS = (
    Original("order.billing.first_name", "person", "Anouk"),
    Original("order.billing.email", "email", IDENTITY),
    Original("<PERSON_1>", "person", "A. van der Meulen"),
)


@pytest.fixture(scope="session")
def codec() -> Codec:
    """A codec without a registry."""
    return offline_codec()
