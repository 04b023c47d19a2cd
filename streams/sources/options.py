"""Rows of WordPress' options table: which setting of the shop changed, never to what. Pure.

WordPress and its plugins also keep caches, locks and timers here, which change all day and say nothing of the shop.
Source: WordPress, wp_options, Transients API, WP-Cron; WooCommerce and Action Scheduler, their option names.
"""

import re

from avro_schemas.records import CapturedEvent, Option
from streams.sources.debezium import Change
from streams.sources.fields import identifier, text, wrong
from streams.sources.foreign_ai.violations import shown_name
from streams.sources.lineage import Lineage

_NAME = re.compile(r"[A-Za-z0-9_.:/\[\]-]{1,191}", re.ASCII)

_SAID = ("option_name", "option_value")

# Names that are no setting.
NOISE = frozenset({
    "cron", "doing_cron",  # WP-Cron's timers
    "rewrite_rules", "user_count", "db_upgraded", "fresh_site", "can_compress_scripts",  # WordPress' own memory
    "recently_activated", "recently_edited", "auto_core_update_notified", "recovery_keys",
    "woocommerce_admin_notices", "woocommerce_meta_box_errors", "woocommerce_queue_flush_rewrite_rules",
    "woocommerce_admin_last_orders_milestone", "woocommerce_marketplace_suggestions", "wc_pending_batch_processes",
    "action_scheduler_migration_status", "action_scheduler_hybrid_store_demarkation",
})  # fmt: skip
# What names begin with that are no setting: caches with an end of life, sessions, locks, queues of messages.
NOISE_BEGINS = (
    "_transient_", "_site_transient_", "_wc_session_", "_wp_session_", "wp_session_", "action_scheduler_lock_",
    "jetpack_sync_", "jpsq_", "wc_remote_inbox_notifications_", "woocommerce_attribute_lookup_",
)  # fmt: skip
# And what they end with: locks, caches of a taxonomy's tree, times of a plugin's last look.
NOISE_ENDS = (".lock", "_children", "_last_run", "_last_check", "_last_checked")


def captured(change: Change, lineage: Lineage) -> CapturedEvent | None:
    """The change of a setting; None for a reading (a snapshot), for noise, and where the value stayed.

    RefusedError for a name that could be a text: names go where values may not. The length is that of what was captured
    (streams.sources.tables.LONGEST_TEXT).
    """
    name = text(change.row, "option_name")
    if change.op not in ("c", "u", "d") or is_noise(name):
        return None
    if change.op == "u" and all(change.before.get(key) == change.after.get(key) for key in _SAID):
        return None
    if not _NAME.fullmatch(name):
        raise wrong("option_name", "a name of letters, digits and _.:/[]-, at most 191 characters")
    event = lineage.event(
        "option_changed", "option", identifier(change.row, "option_id"), change.position, change.changed_at
    )
    length = len(text(change.row, "option_value").encode(errors="surrogatepass"))
    event["option"] = Option(name=shown_name(name), value_bytes=length, removed=change.op == "d")
    return event


def is_noise(name: str) -> bool:
    """Whether an option is no setting of the shop."""
    return name in NOISE or name.startswith(NOISE_BEGINS) or name.endswith(NOISE_ENDS)
