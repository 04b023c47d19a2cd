"""Settings that are saved, and the noise that WordPress makes beside them."""

from infra.local.shop.changes import Change, Table
from infra.local.shop.ledger import ChangeFact
from infra.local.shop.planned import SettingSaved
from infra.local.shop.rows import options
from infra.local.shop.shop import Shop


async def save(shop: Shop, saved: SettingSaved) -> None:
    """Save a setting; nothing changes where it has that value already."""
    known = shop.opening.options
    async with shop.alone("option", [saved.name]):
        await shop.write(_noise(shop, saved.turn), 0)
        if saved.name not in known:
            known[saved.name] = shop.ids.take(Table.OPTIONS), saved.value
            await shop.write([options.added(saved.name, saved.value, known[saved.name][0])], 0)
            return
        number, value = known[saved.name]
        if value == saved.value:
            return
        known[saved.name] = number, saved.value
        stamp = shop.stamp()
        await shop.write([options.changed(saved.name, saved.value)], 0)
        shop.ledger.write(ChangeFact("option_changed", "option", number, stamp.now, name=saved.name))


def _noise(shop: Shop, turn: int) -> list[Change]:
    stamp, name = shop.stamp(), f"wc_report_orders_{shop.ids.take(Table.OPTIONS)}"
    changes = options.transient(name, 'a:1:{s:5:"total";i:7;}', stamp)
    if turn % 2:
        changes += options.forgotten(name)
    listed = options.cron(stamp)
    if options.CRON not in shop.opening.options:
        shop.opening.options[options.CRON] = shop.ids.take(Table.OPTIONS), listed
        return [*changes, options.added(options.CRON, listed, shop.opening.options[options.CRON][0])]
    return [*changes, options.changed(options.CRON, listed)]
