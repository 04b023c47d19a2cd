"""A plugin's key for a foreign AI service, among the shop's settings: what `policy_violations` must show, too."""

from datetime import UTC, datetime
from pathlib import Path

from infra.local.shop.database import DatabaseSettings
from infra.local.shop.ledger import ChangeFact, Ledger
from tests.unit.sources.made_up import URL_SAFE, drawn

NAME = "ai_engine_options"


def leak(database: DatabaseSettings, ledger: Path, seed: int) -> None:
    """Save the setting, and enter it in the ledger. Before the shop opens: it numbers its settings from there on."""
    value = f"sk-proj-{drawn(URL_SAFE, 74, seed)}T3BlbkFJ{drawn(URL_SAFE, 74, seed + 1)}"
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO wp_options (option_name, option_value, autoload) VALUES (%s, %s, 'auto')", (NAME, value)
        )
        number = cursor.lastrowid
    with Ledger(ledger) as book:
        book.write(ChangeFact("option_changed", "option", number, datetime.now(UTC).replace(microsecond=0), name=NAME))
