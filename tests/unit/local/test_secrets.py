"""Secrets are drawn once, kept to their owner, and never drawn again."""

import yaml

from infra.local.layout import Layout
from infra.local.secrets import RANDOM, create_secrets, secret
from topics.model import REGIONS


def test_every_secret_is_different_and_for_its_owner_alone(layout: Layout) -> None:
    files = [path for path in layout.secrets.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert len({path.read_text() for path in files}) == len(files) == len(RANDOM) + 2 * len(REGIONS) + 1


def test_a_second_start_keeps_every_secret(layout: Layout) -> None:
    before = {name: secret(layout, name) for name in RANDOM}
    create_secrets(layout)
    assert {name: secret(layout, name) for name in RANDOM} == before


def test_a_key_of_a_region_or_of_the_gate_is_thirty_two_bytes_in_hex(layout: Layout) -> None:
    files = [folder / region for folder in (layout.region_keys, layout.gate_keys) for region in REGIONS]
    assert {len(bytes.fromhex(file.read_text())) for file in files} == {32}


def test_the_shops_file_names_the_shops_and_the_files_of_their_webhook_secrets(layout: Layout) -> None:
    shops = yaml.safe_load(layout.shops_file.read_text())["shops"]
    assert [shop["id"] for shop in shops] == ["demo", "oudewinkel", "kantoor"]
    for shop in shops:
        assert shop["webhook_secret_files"] == [str(layout.secrets / f"webhook-{shop['id']}")]
