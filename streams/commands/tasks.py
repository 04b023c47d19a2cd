"""`inland tasks`: what the models are asked, tried on a text of one's own, scored on a labelled set."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import ValidationError
from rich.console import Console

from streams.commands import tasks_views as views
from streams.delivery.failure import UnavailableError
from streams.enrich.client.bounds import Bounds
from streams.enrich.client.region import RegionClient
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.task import Task
from streams.enrich.trial.asker import Asker
from streams.enrich.trial.labelled import Labelled, read_set
from streams.enrich.trial.scoring import Scored, report
from streams.redact.wiring import build_detector
from streams.residency.endpoints import Engine, ModelEndpoint, check_address
from streams.residency.policy import residency
from streams.settings import settings
from topics.model import REGIONS, Region

_Command = Callable[..., Any]
_BY_NAME = {one.name: one for one in TASKS}
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
_TASK = click.argument("task", type=click.Choice(list(_BY_NAME)))
_SERVER = (
    click.option("--region", type=click.Choice(REGIONS), default="eu", show_default=True, help="Whose servers to ask."),
    click.option("--url", help="Another server, http(s)://host[:port], in place of the policy's."),
    click.option("--engine", type=click.Choice(get_args(Engine)), default="tgi", show_default=True, help="Of --url."),
    click.option("--model", help="Name of the model, for engines that ask for one; of --url."),
    click.option(
        "--api-key-file",
        "key",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File with the key; of --url.",
    ),
)


def _server(command: _Command) -> _Command:
    for option in reversed(_SERVER):
        command = option(command)
    return command


@click.group()
def tasks() -> None:
    """What the models are asked about commerce events, one file a task under streams/enrich/tasks.

    A text goes the worker's way: it is redacted, the gate looks at the prompt, the answer is held to its form and the
    task's rule, and repaired once. Nothing is kept, and nothing goes to Kafka.
    """


@tasks.command(name="list")
@_JSON
def list_tasks(as_json: bool) -> None:
    """Every task: version, lane, deadline, patience, steps, labels."""
    if as_json:
        click.echo(json.dumps([views.facts(one) for one in TASKS]))
        return
    views.show_tasks(Console(), TASKS)


@tasks.command()
@_TASK
@click.option("--text", required=True, help="What a customer wrote; `-` reads standard input.")
@click.option("--language", metavar="xx", help="Of the text, or for cart_recovery of the message (ISO 639-1).")
@click.option("--country", metavar="XX", help="Where the customer is (ISO 3166-1).")
@_server
@_JSON
def run(task: str, text: str, language: str | None, country: str | None, as_json: bool, **server: Any) -> None:
    """Ask one task about one text; shows what the model read and said, attempt by attempt.

    \b
      inland tasks run note_intent --text 'Waar blijft mijn pakket?'
    """
    given = click.get_text_stream("stdin").read() if text == "-" else text

    async def once() -> None:
        async with _asker(_BY_NAME[task], **server) as asker:
            tried = await asker.ask(given, language, country)
        if as_json:
            click.echo(json.dumps(views.tried(tried), ensure_ascii=False))
        else:
            views.show_tried(Console(), tried)

    _finish(once())


@tasks.command()
@_TASK
@click.option(
    "--set",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="JSON lines: text, label, and perhaps language, country, difficulty (obvious or tricky).",
)
@_server
@_JSON
def evaluate(task: str, path: Path, as_json: bool, **server: Any) -> None:
    """Score a model on a labelled set: accuracy, confusion, by language, obvious and tricky apart."""
    asked = _BY_NAME[task]
    if not asked.labels:
        raise click.UsageError(f"{task} has no labels to score: choose a task that has, see `inland tasks list`")
    texts = read_set(path, asked.labels)

    async def all_of_them() -> None:
        async with _asker(asked, **server) as asker:
            found = await _scored(asker, texts)
        if as_json:
            click.echo(json.dumps(asdict(report(found))))
        else:
            views.show_report(Console(), report(found), asked.labels)

    _finish(all_of_them())


async def _scored(asker: Asker, texts: tuple[Labelled, ...]) -> list[Scored]:
    places = asyncio.Semaphore(settings().model_concurrency)
    with click.progressbar(length=len(texts), label="asked", file=click.get_text_stream("stderr")) as bar:

        async def one(number: int, text: Labelled) -> Scored:
            async with places:
                tried = await asker.ask(text.text, text.language, text.country, number)
            bar.update(1)
            return Scored(text.label, tried.result["label"], text.language, text.difficulty)

        return list(await asyncio.gather(*(one(number, text) for number, text in enumerate(texts))))


@asynccontextmanager
async def _asker(  # noqa: PLR0913, PLR0917  # one argument an option
    task: Task, region: Region, url: str | None, engine: Engine, model: str | None, key: Path | None
) -> AsyncIterator[Asker]:
    endpoints = residency().endpoints(region) if url is None else (_endpoint(url, engine, model, key),)
    if not endpoints:
        raise click.UsageError(f"the residency policy names no server for {region}: name one by --url")
    for endpoint in endpoints:
        await check_address(endpoint)
    client = RegionClient(region, endpoints, Bounds(concurrency=settings().model_concurrency))
    try:
        yield Asker(task, client, build_detector(settings()))
    finally:
        await client.close()


def _endpoint(url: str, engine: Engine, model: str | None, key: Path | None) -> ModelEndpoint:
    try:
        return ModelEndpoint(url=url, engine=engine, model=model, api_key_file=key.absolute() if key else None)
    except ValidationError as error:
        raise click.BadParameter("; ".join(one["msg"] for one in error.errors()), param_hint="--url") from None


def _finish(work: Any) -> None:
    try:
        asyncio.run(work)
    except UnavailableError as error:
        raise click.ClickException(f"{error}: is it up, and may it be reached from here?") from None
