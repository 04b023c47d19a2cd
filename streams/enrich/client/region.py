"""One region's servers: a call goes to the least busy of those that are up, and to no other region's."""

import random
import time
from collections.abc import Sequence

from streams.delivery.failure import UnavailableError
from streams.enrich.client.bounds import Bounds
from streams.enrich.client.failures import FAILURES, failure_of
from streams.enrich.client.queue import PlaceQueue
from streams.enrich.client.replica import ModelChanged, Replica
from streams.enrich.client.reply import ModelInfo, Reply
from streams.enrich.client.request import PRIORITIES, Request
from streams.enrich.client.transport import install
from streams.log import logger
from streams.metrics import (
    MODEL_CHANGES,
    MODEL_CIRCUIT_OPEN,
    MODEL_IN_FLIGHT,
    MODEL_LIMIT,
    MODEL_WAITING,
)
from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint

_log = logger("enrich")
_INFO_S = 10.0


class RegionClient:
    """Calls to one region's model servers."""

    def __init__(
        self,
        region: str,
        endpoints: Sequence[ModelEndpoint],
        bounds: Bounds,
        on_model_changed: ModelChanged | None = None,
    ) -> None:
        """`endpoints`: the policy's, one at least. EndpointRefusedError when a certificate file cannot be read.

        `on_model_changed` is told when a server serves another model or revision; without it, that is logged.
        """
        if not endpoints:
            raise ValueError(f"region {region} has no endpoint: name one in the residency policy")
        install()
        self.region = region
        self._told = on_model_changed
        self._replicas = tuple(Replica(endpoint, bounds, self._changed) for endpoint in endpoints)
        self._queue: PlaceQueue[Replica] = PlaceQueue(self._take, self._give_back)
        self._turn = random.randrange(len(self._replicas))  # noqa: S311  # workers must not all begin with the same
        self._in_flight = MODEL_IN_FLIGHT.labels(region)
        self._circuit = MODEL_CIRCUIT_OPEN.labels(region)
        self._limit = MODEL_LIMIT.labels(region)
        self._waiting = {priority: MODEL_WAITING.labels(region, priority) for priority in PRIORITIES}

    async def info(self) -> ModelInfo:
        """What the region's servers serve: the first that tells. UnavailableError where none does."""
        for replica in self._replicas:
            if replica.breaker.admits:
                try:
                    return await replica.ready(_INFO_S)
                except FAILURES as error:
                    self._away(replica, error)
        raise self._unavailable()

    async def attempt(self, request: Request) -> Reply:
        """One attempt. What servers or network do to it is the reply's outcome, a deadline among them.

        UnavailableError when no server admits calls: no attempt was made.
        """
        arrived = time.monotonic()
        while True:
            if not any(replica.breaker.admits for replica in self._replicas):
                raise self._unavailable()
            waiting = self._waiting[request.priority]
            waiting.inc()
            try:
                replica = await self._queue.place(request.priority, request.deadline_s - (time.monotonic() - arrived))
            except TimeoutError:
                return self._no_place(arrived)
            finally:
                waiting.dec()
            self._in_flight.inc()
            try:
                if (reply := await self._through(replica, request, arrived)) is not None:
                    return reply
            finally:
                self._in_flight.dec()
                self._left(replica)

    async def close(self) -> None:
        """Let go of the connections."""
        for replica in self._replicas:
            await replica.close()

    async def _through(self, replica: Replica, request: Request, arrived: float) -> Reply | None:
        """The reply; None when the server does not say what it serves, so that nothing was sent to it."""
        chosen = time.monotonic()
        try:
            model = await replica.ready(request.deadline_s - (chosen - arrived))
        except EndpointRefusedError as error:
            return replica.refused(error, chosen - arrived)
        except TimeoutError as error:
            if time.monotonic() - chosen < request.deadline_s / 2 and time.monotonic() - arrived >= request.deadline_s:
                # Most of the deadline went by in our own queue: no fault of the server.
                replica.breaker.given_up()
                return self._no_place(arrived)
            self._away(replica, error)
            return None
        except FAILURES as error:
            self._away(replica, error)
            return None
        except BaseException:
            replica.breaker.given_up()
            raise
        return await replica.call(request, model, time.monotonic() - arrived)

    def _no_place(self, arrived: float) -> Reply:
        waited_us = int((time.monotonic() - arrived) * 1e6)
        engine = self._replicas[0].endpoint.engine
        return Reply.unsent("timeout", engine, "no_place", queued_us=waited_us, may_pass=True)

    def _take(self) -> Replica | None:
        self._turn += 1
        turned = self._turn % len(self._replicas)
        best: Replica | None = None
        for replica in self._replicas[turned:] + self._replicas[:turned]:
            if replica.has_room and (best is None or replica.outstanding < best.outstanding):
                best = replica
        if best is not None:
            best.enter()
        return best

    def _give_back(self, replica: Replica) -> None:
        replica.breaker.given_up()
        replica.leave()

    def _left(self, replica: Replica) -> None:
        replica.leave()
        self._limit.set(sum(one.limit.value for one in self._replicas))
        self._circuit.set(all(one.breaker.state != "closed" for one in self._replicas))
        if any(one.breaker.admits for one in self._replicas):
            self._queue.wake()
        else:
            self._queue.fail(self._unavailable)

    def _away(self, replica: Replica, error: BaseException) -> None:
        replica.breaker.trip()
        about = {"endpoint": replica.endpoint.url, "error_type": failure_of(error, None).error_type}
        _log.warning("a model server does not say what it serves", extra=about)

    def _unavailable(self) -> UnavailableError:
        return UnavailableError(f"the model server of {self.region}")

    def _changed(self, endpoint: str, before: ModelInfo, now: ModelInfo) -> None:
        MODEL_CHANGES.labels(self.region).inc()
        about = {"region": self.region, "endpoint": endpoint, "was": before.model_sha, "is": now.model_sha}
        _log.warning("a model server serves another model than before", extra=about)
        if self._told is not None:
            self._told(endpoint, before, now)
