"""Secrets and shops change while the gateway runs; a broken file changes nothing."""

import os
from pathlib import Path

import pytest
import yaml

from streams.sources.gateway.rotation import WatchedShops
from streams.sources.gateway.signature import sign
from streams.sources.shops import ShopsFileError
from tests.unit.sources.gateway.stand import SECRET, Stand, standing, write_shops

BODY = b'{"id":1}'


def _look_until_settled(shops: WatchedShops) -> None:
    shops.look()  # sees a change
    shops.look()  # and that it stands still


def _add(path: Path, **more: object) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["shops"][0].update(more)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


async def test_a_secret_is_rotated_without_refusing_a_delivery(shops_file: Path) -> None:
    async with standing(shops_file) as stand:
        old, new = SECRET, b"a new one"
        fresh = shops_file.parent / "demo-new"
        fresh.write_bytes(new)
        _add(shops_file, webhook_secret_files=[str(shops_file.parent / "demo"), str(fresh)])
        _look_until_settled(stand.shops)
        assert await _accepted(stand, 1, old)
        assert await _accepted(stand, 2, new)
        _add(shops_file, webhook_secret_files=[str(fresh)])
        _look_until_settled(stand.shops)
        assert await _accepted(stand, 3, new)
        assert not await _accepted(stand, 4, old)


async def test_a_secret_whose_file_changes_is_taken_up(shops_file: Path) -> None:
    async with standing(shops_file) as stand:
        (shops_file.parent / "demo").write_text("another")
        _look_until_settled(stand.shops)
        assert await _accepted(stand, 1, b"another")


async def test_the_files_are_looked_at_by_themselves(shops_file: Path) -> None:
    async with standing(shops_file, reload_s=0.01) as stand:
        write_shops(shops_file.parent, demo=SECRET.decode(), another="x")
        for _ in range(1000):
            if (await stand.post(BODY, shop="another"))[0] == 401:
                return
        pytest.fail("the new shop was never taken up")


async def test_a_signal_has_them_looked_at_at_once(shops_file: Path) -> None:
    async with standing(shops_file) as stand:
        write_shops(shops_file.parent, demo=SECRET.decode(), another="x")
        for _ in range(1000):
            stand.gateway.look_now.set()
            if (await stand.post(BODY, shop="another"))[0] == 401:
                return
        pytest.fail("the new shop was never taken up")


@pytest.mark.parametrize("content", ["", "shops: [", "shops: []", "shops: [{id: demo, secret: x}]", "\x00"])
def test_a_broken_shops_file_leaves_the_old_shops_and_is_told_once(
    shops_file: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    shops = WatchedShops(shops_file)
    shops_file.write_text(content)
    for _ in range(5):
        shops.look()
    shop = shops.get("demo")
    assert shop is not None
    assert shop.secrets == (SECRET,)
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert str(shops_file) in told.__dict__["reason"]
    write_shops(shops_file.parent, demo="mended")
    _look_until_settled(shops)
    mended = shops.get("demo")
    assert mended is not None
    assert mended.secrets == (b"mended",)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00"])
def test_a_secret_that_is_none_is_not_taken_up(
    shops_file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    shops = WatchedShops(shops_file)
    (shops_file.parent / "demo").write_bytes(content)
    _look_until_settled(shops)
    shop = shops.get("demo")
    assert shop is not None
    assert shop.secrets == (SECRET,)
    assert caplog.records


def test_a_secret_file_that_goes_away_changes_nothing(shops_file: Path) -> None:
    shops = WatchedShops(shops_file)
    (shops_file.parent / "demo").unlink()
    _look_until_settled(shops)
    shop = shops.get("demo")
    assert shop is not None
    assert shop.secrets == (SECRET,)


def test_what_is_still_being_written_waits_for_its_end(shops_file: Path) -> None:
    shops, secret = WatchedShops(shops_file), shops_file.parent / "demo"
    for part in ("a", "a n", "a new one"):
        secret.write_text(part)
        shops.look()
        shop = shops.get("demo")
        assert shop is not None
        assert shop.secrets == (SECRET,)
    shops.look()
    shop = shops.get("demo")
    assert shop is not None
    assert shop.secrets == (b"a new one",)


def test_a_mounted_secret_swapped_by_its_link_is_taken_up(tmp_path: Path) -> None:
    shops_file = write_shops(tmp_path, demo="first")
    secret = tmp_path / "demo"
    for name in ("first", "second"):
        (tmp_path / f"data-{name}").write_text(name)
    secret.unlink()
    secret.symlink_to("data-first")
    shops = WatchedShops(shops_file)
    (tmp_path / "swap").symlink_to("data-second")
    os.replace(tmp_path / "swap", secret)  # noqa: PTH105
    _look_until_settled(shops)
    shop = shops.get("demo")
    assert shop is not None
    assert shop.secrets == (b"second",)


def test_a_gateway_does_not_start_on_a_broken_file(tmp_path: Path) -> None:
    path = write_shops(tmp_path, demo="")
    with pytest.raises(ShopsFileError, match="is empty"):
        WatchedShops(path)


async def _accepted(stand: Stand, number: int, secret: bytes) -> bool:
    body = b'{"id":%d}' % number
    return (await stand.post(body, X_WC_Webhook_Signature=sign(body, secret)))[0] == 200
