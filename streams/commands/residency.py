"""`inland residency`: which country's data is processed where."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from streams.residency.examine import Examined, examine
from streams.residency.policy import POLICY_FILE, Residency, read_policy
from streams.settings import settings

_FILE = click.option(
    "--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Another policy, to try it."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")


@click.group()
def residency() -> None:
    """Which country's data is processed in which region, and on which model servers.

    The policy is a YAML file that INLAND_RESIDENCY_POLICY names; without one, the policy that ships with Inland is in
    force, which names no model server: then events wait in Kafka, and nothing is sent anywhere.

    \b
    A file of your own:
      1. copy streams/residency/policy.yaml out of Inland
      2. name your servers under `endpoints` of each region
      3. inland residency check --file my-policy.yaml
      4. set INLAND_RESIDENCY_POLICY and start the redact and enrich workers again

    A server must be within your network: its name may stand for loopback, private (RFC 1918, ULA) or shared (RFC 6598)
    addresses alone, unless `public: true` says that you mean it. Hosts of foreign AI services are refused whatever the
    file says. Region eu never takes the place of region uk, unless uk names it under `fallbacks`.
    """


@residency.command()
@_FILE
@_JSON
def show(path: Path | None, as_json: bool) -> None:
    """Print the policy: countries, model servers with what their address is, fallbacks, and the digest.

    The digest stands in the record of each model call as `policy_hash`: it says which rules were in force.
    """
    where = _path(path)
    policy = read_policy(where)
    looks = examine(policy)
    click.echo(json.dumps(_as_json(policy, where, looks)) if as_json else "\n".join(_lines(policy, where, looks)))


@residency.command()
@_FILE
@_JSON
def check(path: Path | None, as_json: bool) -> None:
    """Whether a worker would start with the policy: the file, each server's address, key and certificate files.

    Looks names up from this machine and calls no server. Exit status 1 when something is wrong: each fault is told with
    its place, the rule that it breaks, and what to do.
    """
    where = _path(path)
    policy = read_policy(where)
    looks = examine(policy)
    faults = [one for one in looks if one.verdict != "fit"]
    if as_json:
        click.echo(json.dumps({**_as_json(policy, where, looks), "right": not faults}))
    else:
        for one in faults:
            click.echo(f"regions.{one.region}.endpoints: {one.rule}\n  {one.remedy}", err=True)
        for region in policy.regions:
            if not policy.endpoints(region):
                click.echo(f"regions.{region}: no model server: its events wait in Kafka")
        if not faults:
            click.echo(f"right: policy {policy.version} ({policy.digest})")
    sys.exit(1 if faults else 0)


def _path(path: Path | None) -> Path:
    return path or settings().residency_policy or POLICY_FILE


def _lines(policy: Residency, where: Path, looks: list[Examined]) -> Iterator[str]:
    yield f"policy {policy.version}  digest {policy.digest}  {where}"
    for region in policy.regions:
        yield f"\n{region}  {' '.join(policy.countries(region))}"
        yield from (_server(one) for one in looks if one.region == region)
        if not policy.endpoints(region):
            yield "  no model server: events wait in Kafka"
        yield f"  fallbacks: {', '.join(policy.fallbacks(region)) or 'none'}"
    yield f"\na country of no region: {policy.content.unknown_country}"
    for what in ("home", "hold"):
        kinds = [kind for kind, how in policy.content.without_country.items() if how == what]
        yield f"without a country, {what}: {', '.join(kinds) or 'none'}"


def _server(one: Examined) -> str:
    model = f" {one.endpoint.model}" if one.endpoint.model else ""
    told = ", ".join(one.classes) or one.verdict
    return f"  {one.endpoint.url}  {one.endpoint.engine}{model}  {told}" + (f"  {one.rule}" if one.rule else "")


def _as_json(policy: Residency, where: Path, looks: list[Examined]) -> dict[str, Any]:
    def servers(region: str) -> list[dict[str, Any]]:
        return [
            {
                **one.endpoint.model_dump(mode="json"),
                "address": list(one.classes),
                "verdict": one.verdict,
                "rule": one.rule,
                "remedy": one.remedy,
            }
            for one in looks
            if one.region == region
        ]

    return {
        "version": policy.version,
        "digest": policy.digest,
        "file": str(where),
        "regions": {
            region: {
                "countries": list(policy.countries(region)),
                "endpoints": servers(region),
                "fallbacks": list(policy.fallbacks(region)),
            }
            for region in policy.regions
        },
        "unknown_country": policy.content.unknown_country,
        "without_country": policy.content.without_country,
    }
