"""Ids are derived, and shops and signatures are read as WooCommerce writes them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.gateway.signature import sign, verify
from streams.sources.identity import derive, subject
from streams.sources.shops import ShopsFileError, decoded, read_shops
from tests.fixtures.samples import deliveries


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_different_parts_give_different_ids_and_equal_parts_the_same(left: list[str], right: list[str]) -> None:
    assert (derive(*left) == derive(*right)) == (left == right)


def test_a_subject_is_the_same_however_the_address_is_typed() -> None:
    assert subject("demo", " Ann@Shop.Example ", 0) == subject("demo", "ann@shop.example", 7)


def test_two_shops_do_not_share_a_subject() -> None:
    assert subject("demo", "ann@shop.example", 0) != subject("kantoor", "ann@shop.example", 0)


def test_nobody_in_particular_is_no_subject() -> None:
    assert subject("demo", "", 0) is None


def test_every_recorded_signature_verifies_with_the_decoded_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(deliveries()[0].secret.replace("&", "&amp;") + "\n", encoding="utf-8")
    (tmp_path / "shops.yaml").write_text(
        f"shops: [{{id: kantoor, home_country: NL, source_url: x, webhook_secret_files: [{tmp_path / 'secret'}]}}]",
        encoding="utf-8",
    )
    shop = read_shops(tmp_path / "shops.yaml")["kantoor"]
    for delivery in deliveries():
        if delivery.topic:
            assert verify(delivery.body, delivery.headers["X-WC-Webhook-Signature"], shop.secrets)
    assert "Kantoor" not in repr(shop)


@pytest.mark.parametrize(
    ("stored", "used"),
    [
        ("a&amp;b", "a&b"),
        ("&amp;lt;", "&lt;"),
        ("&#039;&quot;", "'\""),
        ("&copy;&ampb", "&copy;&ampb"),
        ("plain", "plain"),
    ],
)
def test_a_secret_is_decoded_once_and_only_what_wordpress_encodes(stored: str, used: str) -> None:
    assert decoded(stored) == used


def test_either_of_two_secrets_is_good_while_one_is_being_rotated() -> None:
    assert all(verify(b"body", sign(b"body", secret), (b"old", b"new")) for secret in (b"old", b"new"))


@pytest.mark.parametrize(
    "text",
    [
        "shops: []",
        "shops: [{id: A B}]",
        "shop: []",
        "shops: [{id: a, home_country: NL, source_url: x, webhook_secret_files: []}]",
    ],
)
def test_a_wrong_shops_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "shops.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ShopsFileError):
        read_shops(tmp_path / "shops.yaml")
