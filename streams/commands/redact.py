"""`inland redact`: texts, deliveries or row changes from standard input, redacted to standard output."""

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, cast

import click

from streams.redact.detect.detector import Detector
from streams.redact.offline.answer import Line, encoded
from streams.redact.offline.events import FINDINGS
from streams.redact.offline.lines import Readable, batches
from streams.redact.offline.summary import Summary
from streams.redact.offline.texts import Texts
from streams.redact.offline.wiring import Origin, build_events, keys_of
from streams.redact.wiring import build_detector
from streams.settings import settings

Form = Literal["text", "webhooks", "debezium"]
_HOME = "NL"


class _Answering(Protocol):
    def answers(self, lines: Sequence[Line], /) -> Iterable[dict[str, Any]]: ...

    def rest(self) -> Iterable[dict[str, Any]]: ...


def _country(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None or (len(value) == 2 and value.isascii() and value.isalpha()):
        return value and value.upper()
    raise click.BadParameter("write two letters of ISO 3166-1, such as NL", ctx, param)


@click.command()
@click.option(
    "--from", "form", type=click.Choice(["text", "webhooks", "debezium"]), required=True, help="What is read."
)
@click.option(
    "--keys",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the regions' keys; else INLAND_REGION_KEYS_DIR where it exists, else keys drawn for this run.",
)
@click.option("--shop", default="demo", show_default=True, help="Whose deliveries these are.")
@click.option(
    "--country",
    metavar="XX",
    callback=_country,
    help=f"Home of a shop that the shops file does not name [default: {_HOME}]; country of texts that name none.",
)
@click.option("--no-names", is_flag=True, help="Without the model for names: patterns and known values alone.")
@click.option("--findings", is_flag=True, help="Add to each event what was replaced in it, without the values.")
@click.option("--stats", is_flag=True, help="At the end a table of counts on standard error.")
def redact(  # noqa: PLR0913, PLR0917  # one argument an option
    form: Form, folder: Path | None, shop: str, country: str | None, no_names: bool, findings: bool, stats: bool
) -> None:
    """Redact samples of your own, offline: standard input to standard output, with the worker's own code.

    Texts, one JSON object a line, with what is known of their subject:

    \b
      echo '{"text": "Bel Anouk op 06 19874402", "country": "NL", "known": {"first_name": "Anouk"}}' |
        inland redact --from text

    answers {"text", "spans": [{start, end, entity, score, detector}]}; start and end count characters of the text as
    given. language (nl) and country (NL) may be left out, and so may known: a list of strings, a list of
    {"value", "type"}, or an object of types or field names.

    Recorded deliveries, {"headers", "body_b64"} or {"topic", "body"}, and Debezium's change events:

    \b
      inland redact --from webhooks --findings --stats < webhooks.jsonl

    answer the commerce events as the worker would publish them. What is told twice is answered once; rows are answered
    when what they belong to is whole.

    A line that cannot be answered gives {"error": {line, rule, remedy}} with nothing of its content, and the exit
    status is 1 at the end. Nothing is kept or sent anywhere.
    """
    summary, detector = Summary(), Detector(None) if no_names else build_detector(settings())
    out, started = click.get_binary_stream("stdout"), time.perf_counter()
    origin = None if form == "text" else Origin(form, shop, country or _HOME)
    texts = Texts(detector, country, summary)
    with nullcontext(texts) if origin is None else _events(origin, folder, detector, summary) as answering:
        for lines in batches(cast(Readable, click.get_binary_stream("stdin"))):
            _write(out, answering.answers(lines), findings)
        _write(out, answering.rest(), findings)
    if stats:
        click.echo("\n".join(summary.table(time.perf_counter() - started)), err=True)
    if summary.held_back:
        raise click.exceptions.Exit(1)


def _events(
    origin: Origin, folder: Path | None, detector: Detector, summary: Summary
) -> AbstractContextManager[_Answering]:
    keys, drawn = keys_of(folder, settings())
    if drawn:
        click.echo("no keys of regions here: tokens are made with keys of this run and match no others", err=True)
    return build_events(settings(), origin, keys, detector, summary)


def _write(out: BinaryIO, answers: Iterable[dict[str, Any]], findings: bool) -> None:
    for answer in answers:
        if not findings:
            answer.pop(FINDINGS, None)
        out.write(encoded(answer))
    out.flush()
