"""Settings in wp_options, and what WordPress leaves beside them: transients and its list of cron jobs."""

from infra.local.shop.changes import Change, Delete, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.php import PhpValue, serialize

CRON = "cron"
TRANSIENT_LIFE_S = 86_400


def added(name: str, value: str, option_id: int) -> Insert:
    """An option that was not there."""
    row: dict[str, SqlValue] = {"option_id": option_id, "option_name": name, "option_value": value, "autoload": "on"}
    return Insert(Table.OPTIONS, row, replace=("option_name", "option_value", "autoload"))


def changed(name: str, value: str) -> Update:
    """Another value of an option that is there."""
    return Update(Table.OPTIONS, {"option_name": name}, {"option_value": value})


def transient(name: str, value: str, stamp: Stamp) -> list[Change]:
    """Something kept for a while: when it ends, and what it is."""
    ends = str(int(stamp.now.timestamp()) + TRANSIENT_LIFE_S)
    rows = {f"_transient_timeout_{name}": ends, f"_transient_{name}": value}
    return [added(key, kept, stamp.ids.take(Table.OPTIONS)) for key, kept in rows.items()]


def forgotten(name: str) -> list[Change]:
    """A transient that is thrown away."""
    return [Delete(Table.OPTIONS, {"option_name": f"{kind}{name}"}) for kind in ("_transient_timeout_", "_transient_")]


def cron(stamp: Stamp) -> str:
    """The list of what WordPress does when: it changes with every page view that finds a job due."""
    due = int(stamp.now.timestamp()) + 60
    job: dict[str, PhpValue] = {"schedule": "hourly", "args": {}, "interval": 3600}
    key = "40cd750bba9870f18aada2478b24840a"
    jobs: dict[str, PhpValue] = {str(due): {"woocommerce_cleanup_sessions": {key: job}}, "version": 2}
    return serialize(jobs)
