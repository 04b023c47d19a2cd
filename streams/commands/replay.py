"""`inland replay`: what was recorded, redacted again, against what was published."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import orjson

from avro_schemas.codec import Codec
from streams.compliance.replay import Line, Replay
from streams.delivery.reading import Edge, RangeError, parse_edge
from streams.delivery.remembered import RecordClock
from streams.redact.stage import SOURCES
from streams.redact.wiring import build_detector, build_stage
from streams.settings import settings
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES

_PATIENCE_S = 3.0
_DIFFERENT = ("differs", "not_published")


class _Edge(click.ParamType):
    name = "OFFSET|TIME|earliest|latest"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Edge:
        try:
            return parse_edge(str(value))
        except RangeError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--topic", type=click.Choice([WOO_DELIVERIES, SHOP_CDC_CHANGES]), required=True, help="What to replay.")
@click.option("--from", "first", type=_Edge(), default="earliest", show_default=True, help="Start, included.")
@click.option("--to", "end", type=_Edge(), default="latest", show_default=True, help="End, not included.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File for the outcome.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object.")
def replay(topic: str, first: Edge, end: Edge, out: Path, as_json: bool) -> None:
    """Redact recorded changes of a range again, with today's policy, and show what differs from what was published.

    Writes one JSON object a line to OUT: place, outcome, the redacted event. Nothing is written to Kafka. Exits with 1
    when something differs or was never published.
    """
    findings = asyncio.run(_replay(topic, first, end, out))
    counts = Counter(finding.outcome for finding in findings.elements())
    if as_json:
        click.echo(orjson.dumps({"topic": topic, "out": str(out), **counts}).decode())
    else:
        for finding, number in findings.most_common():
            click.echo(f"{number:>8}  {finding.sentence}")
        click.echo(f"redacted events are in {out}")
    if any(counts[outcome] for outcome in _DIFFERENT):
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What became of many messages alike."""

    outcome: str
    fields: tuple[str, ...]
    why: str

    @property
    def sentence(self) -> str:
        parts = (self.outcome.replace("_", " "), ", ".join(self.fields), self.why)
        return ": ".join(part for part in parts if part)


async def _replay(topic: str, first: Edge, end: Edge, out: Path) -> Counter[_Finding]:
    codec, clock = Codec.connect(settings().registry_url, _PATIENCE_S), RecordClock()
    replay = Replay(
        settings().kafka_bootstrap, codec, build_stage(settings(), codec, build_detector(settings()), clock), clock
    )
    findings: Counter[_Finding] = Counter()
    with out.open("wb") as file:
        async for line in replay.lines(SOURCES, topic, first, end):
            findings[_Finding(line.outcome, line.fields, line.why)] += 1
            file.write(_as_json(line))
    return findings


def _as_json(line: Line) -> bytes:
    content = {
        "place": line.place,
        "outcome": line.outcome,
        "fields": line.fields,
        "why": line.why,
        "event": line.event,
    }
    return orjson.dumps(content, default=str, option=orjson.OPT_APPEND_NEWLINE)
