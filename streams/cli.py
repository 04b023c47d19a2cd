"""The `inland` command. Each subcommand is loaded when it is called: help must not load Faust, Presidio or a driver."""

from dataclasses import dataclass
from importlib import import_module
from typing import cast

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a subcommand stands (`module:name`), and what help says of it."""

    target: str
    about: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Local platform": {
        "doctor": Entry("infra.local.commands:doctor", "What this machine lacks, and the command that mends it."),
        "setup": Entry("infra.local.commands:setup", "Fetch what the local platform needs; nothing twice."),
        "up": Entry("infra.local.commands:up", "Start the whole platform on loopback."),
        "status": Entry("infra.local.commands:status", "How the platform's processes are."),
        "down": Entry("infra.local.commands:down", "Stop the platform in order."),
        "reset": Entry("infra.local.commands:reset", "Delete the stopped platform's data."),
        "shop": Entry(
            "infra.local.shop.commands:shop", "A shop to try things with: rows, webhooks, recorded deliveries."
        ),
        "demo": Entry("streams.commands.demo:demo", "Run the shop and watch its events through every station."),
    },
    "Operation": {
        "settings": Entry("streams.commands.operate:show_settings", "Every setting with its meaning and value."),
        "apply": Entry("streams.commands.operate:apply", "Create topics, schemas and tables that are missing."),
        "topics": Entry("streams.commands.topics:topics", "The Kafka topics: plan and apply."),
        "schemas": Entry("streams.commands.schemas:schemas", "The Avro schemas: check and register."),
        "connect": Entry(
            "streams.commands.connect:connect", "The connectors to the shops' databases: apply, snapshot."
        ),
        "gateway": Entry("streams.commands.gateway:gateway", "Run the webhook gateway."),
        "worker": Entry("streams.commands.worker:worker", "Run a worker: redact, enrich, enrich-batch or recommend."),
        "tasks": Entry("streams.commands.tasks:tasks", "What the models are asked: list, try, evaluate."),
        "sink": Entry("streams.commands.sink:sink", "Run the sink to ClickHouse."),
        "watch": Entry("streams.commands.watch:watch", "See consumers that stall, lag or are gone."),
        "dlq": Entry("streams.commands.dlq:dlq", "The dead letters: list, show one, put them back."),
    },
    "Compliance": {
        "policy": Entry("streams.commands.policy:policy", "What happens to which field, class by class."),
        "residency": Entry("streams.commands.residency:residency", "Which country goes where, on which servers."),
        "keys": Entry("streams.commands.keys:keys", "The regions' keys: list, draw, rotate."),
        "reveal": Entry("streams.commands.reveal:reveal", "Originals behind a token or a reply's placeholders."),
        "redact": Entry(
            "streams.commands.redact:redact", "Redact texts, deliveries or row changes from standard input."
        ),
        "replay": Entry("streams.commands.replay:replay", "Redact recorded deliveries again and show the difference."),
    },
}

_OWN = ("streams.", "topics.", "avro_schemas.", "infra.")


class Lazy(click.Group):
    """A group whose members are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the sections."""
        return [name for entries in SECTIONS.values() for name in entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        for entries in SECTIONS.values():
            if cmd_name in entries:
                module, _, name = entries[cmd_name].target.partition(":")
                return cast(click.Command, getattr(import_module(module), name))
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; our own errors are written for people and need no traceback."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except Exception as error:
            if type(error).__module__.startswith(_OWN) and not isinstance(error, click.ClickException):
                raise click.ClickException(str(error)) from None
            if type(error).__module__.startswith("aiokafka"):
                told = f"Kafka does not answer ({type(error).__name__}): is it up, and is INLAND_KAFKA_BOOTSTRAP right?"
                raise click.ClickException(told) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Help by section, from the table alone."""
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.about) for name, entry in entries.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="inland")
def main() -> None:
    """Inland keeps a shop's AI inside its borders: what customers tell the shop is redacted, read by the shop's own
    models, and every call is on record.

    Settings are environment variables INLAND_*; `inland settings` lists them.
    """


if __name__ == "__main__":
    main()
