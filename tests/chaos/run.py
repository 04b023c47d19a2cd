"""A run: load, fault after fault, reconciliation after each, and the final word when the shop has closed."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.errors import KafkaError
from rich.console import Console

from streams.clock import now
from tests.chaos import report as told
from tests.chaos.faults.catalogue import possible
from tests.chaos.faults.fault import STRIKE_WITHIN_S, Fault
from tests.chaos.load import Load
from tests.chaos.reconcile.compare import refusals_due, refusals_found
from tests.chaos.reconcile.items import Verdict, named
from tests.chaos.reconcile.reconciler import Reconciler, reconciler
from tests.chaos.reconcile.shop import ToldByShop
from tests.chaos.recovery import Lag, Watch
from tests.chaos.report import Report, Struck
from tests.chaos.schedule import seeded
from tests.chaos.stand import Stand, stand

WARM_UP_S = 90.0
RECOVERS_WITHIN_S = 120.0
CHECK_WITHIN_S = 90.0
SETTLES_WITHIN_S = 120.0
LAST_FAULT_BEFORE_END_S = 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what."""

    seed: int
    rate: float
    """Orders a second."""
    lasts_s: float
    """No fault is struck after that many seconds of load."""
    faults: Sequence[Fault]
    endless: bool
    """Go on with a random sequence when each fault has been struck once."""
    logs: Path | None = None
    """Where the logs of the platform are copied to."""


async def chaos(plan: Plan, console: Console) -> Report:
    """Make a platform, disturb it, and tell what came of it."""
    told_rate = f"{plan.rate * 60:.0f} orders a minute for {plan.lasts_s / 60:.1f} minutes"
    console.print(f"seed {plan.seed}: {told_rate}; starting …", style="dim")
    async with stand(plan.seed, plan.logs) as made:
        load = Load(made, plan.rate, plan.lasts_s)
        with reconciler(made, ToldByShop(load.ledger), load.database) as books:
            return await Run(plan, made, load, books, console).run()


@dataclass(slots=True)
class Run:
    """One run on a platform that is up."""

    plan: Plan
    stand: Stand
    load: Load
    books: Reconciler
    console: Console
    _struck: list[Struck] = field(default_factory=list)

    async def run(self) -> Report:
        """Strike, heal, wait, reconcile; then settle."""
        began = time.monotonic()
        chosen, skipped = possible(self.plan.faults, disk=self.stand.disk is not None)
        self.load.start()
        try:
            await self._warm_up()
            for fault in self._due(chosen):
                self._struck.append(await self._one(fault))
                told.progress(self.console, len(self._struck), self._struck[-1])
            self.console.print("no more faults; the shop closes, the line runs empty …", style="dim")
            await self.load.close()
        finally:
            await self.load.abandon()
        final = await self.books.settle(SETTLES_WITHIN_S)
        return self._report(chosen, skipped, final, time.monotonic() - began)

    def _due(self, chosen: Sequence[Fault]) -> Iterator[Fault]:
        for fault in seeded(chosen, self.plan.seed) if self.plan.endless else chosen:
            if self.load.remaining_s < LAST_FAULT_BEFORE_END_S + fault.lasts_s:
                return
            yield fault

    async def _warm_up(self) -> None:
        """Until the undisturbed line flows: a fault proves nothing about what never worked."""
        seconds, missing = await self._watch.recovered(now(), {}, WARM_UP_S)
        if seconds is None:
            raise RuntimeError(f"the undisturbed platform does not flow after {WARM_UP_S:g} s: {missing}")

    async def _one(self, fault: Fault) -> Struck:
        self.load.check()
        before, struck = await self._lag(), time.monotonic()
        note, remark = await self._strike_and_heal(fault)
        healed, lasted = now(), time.monotonic() - struck
        recovered, missing = await self._watch.recovered(healed, before, RECOVERS_WITHIN_S)
        verdict = await self.books.check(CHECK_WITHIN_S)
        for line in named([*verdict.lost, *verdict.doubled], 8):
            self.console.print(f"     {line}", markup=False, highlight=False, soft_wrap=True)
        notes = "; ".join(part for part in (note, remark, missing) if part)
        return Struck(fault.name, lasted, recovered, len(verdict.lost), len(verdict.doubled), not note, notes)

    async def _strike_and_heal(self, fault: Fault) -> tuple[str, str]:
        """Why the fault could not be struck as meant, and what its healing took besides; empty where nothing is."""
        note, remark = "", ""
        try:
            async with asyncio.timeout(STRIKE_WITHIN_S):
                await fault.strike(self.stand)
            await asyncio.sleep(fault.lasts_s)
        except Exception as error:  # whatever a client raises means: not struck as meant
            note = f"struck only in part: {type(error).__name__}: {error}"
        finally:
            async with asyncio.timeout(STRIKE_WITHIN_S):
                remark = await fault.heal(self.stand) or ""
        return note, remark

    async def _lag(self) -> Lag:
        try:
            return await self._watch.lag()
        except (KafkaError, TimeoutError, OSError):
            return {}

    @property
    def _watch(self) -> Watch:
        return Watch(self.stand.bootstrap, self.books.store)

    def _report(self, chosen: Sequence[Fault], skipped: Mapping[str, str], final: Verdict, seconds: float) -> Report:
        books, names = self.books.books, {struck.name for struck in self._struck}
        seen = books.outputs.seen
        return Report(
            seed=self.plan.seed,
            seconds=seconds,
            orders=self.load.done,
            faults=tuple(self._struck),
            skipped=skipped,
            not_struck=tuple(fault.name for fault in chosen if fault.name not in names),
            final=final,
            events=sum(len(found) for name, found in seen.items() if name != "basket"),
            repeated=books.outputs.repeated,
            dead_letters_due=len(refusals_due(books)),
            dead_letters_found=len(refusals_found(books)),
            unacknowledged=books.told.unacknowledged,
        )
