"""One server of a region: its key, its breaker, its limit, what it serves."""

import asyncio
import time
from collections.abc import Callable

from huggingface_hub import AsyncInferenceClient

from streams.enrich.client import engines
from streams.enrich.client.answer import Answer
from streams.enrich.client.bounds import Bounds
from streams.enrich.client.breaker import Breaker
from streams.enrich.client.failures import FAILURES, Failure, KeyFileError, failure_of
from streams.enrich.client.limit import Limit
from streams.enrich.client.reply import ModelInfo, Reply
from streams.enrich.client.request import Request
from streams.enrich.client.serving import Serving
from streams.enrich.client.transport import EndpointTransport
from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint
from streams.settings import secret

ModelChanged = Callable[[str, ModelInfo, ModelInfo], None]
"""Told the endpoint, what it served before, and what it serves now."""


class Replica:
    """Calls to one endpoint. `outstanding`: places taken."""

    def __init__(self, endpoint: ModelEndpoint, bounds: Bounds, on_model_changed: ModelChanged) -> None:
        self.endpoint = endpoint
        self.outstanding = 0
        self.breaker = Breaker(time.monotonic)
        self.limit = Limit(bounds.concurrency, bounds.queue_target_s)
        self._transport = EndpointTransport(endpoint, bounds)
        self._hub: AsyncInferenceClient | None = None
        self._serving = Serving(endpoint, self._transport, bounds.info_every_s, self._key)
        self._on_model_changed = on_model_changed

    @property
    def has_room(self) -> bool:
        """Whether a call may be sent now."""
        return self.outstanding < self.limit.value and self.breaker.admits

    def enter(self) -> None:
        """Take a place."""
        self.outstanding += 1
        self.breaker.admit()

    def leave(self) -> None:
        """Give a place back, the call's end told before."""
        self.outstanding -= 1

    async def ready(self, within_s: float) -> ModelInfo:
        """What the server serves, asked where it is not known or too old. One of FAILURES where it does not tell."""
        before = self._serving.known
        now = await self._serving.current(within_s)
        if now is not before:
            self.limit.bound(now.max_concurrent_requests)
            if before is not None and (before.model_id, before.model_sha) != (now.model_id, now.model_sha):
                self._on_model_changed(self.endpoint.url, before, now)
        return now

    async def call(self, request: Request, model: ModelInfo, queued_s: float) -> Reply:
        """Send; how it ends is the reply. Counts for breaker and limit; cancelled, it counts for neither."""
        began, sent_at = time.monotonic_ns(), time.monotonic()
        with self._transport.exchange() as exchange:
            try:
                async with asyncio.timeout(request.deadline_s - queued_s):
                    answer = await engines.ask(
                        self._client(), self.endpoint, self.endpoint.model or model.model_id, request, exchange
                    )
            except FAILURES as error:
                ended: Answer | Failure = failure_of(error, exchange.status)
            except BaseException:
                self.breaker.given_up()
                raise
            else:
                ended = answer
        reply = self._reply(ended, model, int(queued_s * 1e6), (time.monotonic_ns() - began) // 1000)
        self._count(reply, sent_at, request.deadline_s)
        return reply

    def refused(self, error: EndpointRefusedError, queued_s: float) -> Reply:
        """An attempt that the policy did not let leave for this endpoint."""
        self.breaker.failed()
        return self._reply(failure_of(error, None), self._serving.known, int(queued_s * 1e6), 0)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._serving.close()
        if self._hub is not None:
            await self._hub.close()  # type: ignore[no-untyped-call]
        await self._transport.shutdown()

    def _reply(self, ended: Answer | Failure, model: ModelInfo | None, queued_us: int, total_us: int) -> Reply:
        url, engine = self.endpoint.url, self.endpoint.engine
        if isinstance(ended, Failure):
            return Reply(
                ended.outcome,
                url,
                engine,
                model,
                queued_us,
                total_us,
                error_type=ended.error_type,
                may_pass=ended.may_pass,
            )
        return Reply(
            outcome="answered",
            endpoint=url,
            engine=engine,
            model=model,
            queued_us=queued_us,
            total_us=total_us,
            text=ended.text,
            finish_reason=ended.finish_reason,
            input_tokens=ended.input_tokens,
            output_tokens=ended.output_tokens,
            server_queue_us=ended.server_queue_us,
            inference_us=ended.inference_us,
            first_token_us=ended.first_token_us,
            per_token_us=ended.per_token_us,
        )

    def _count(self, reply: Reply, sent_at: float, deadline_s: float) -> None:
        now = time.monotonic()
        if reply.outcome == "answered":
            self.breaker.succeeded()
            self.limit.answered(reply.server_queue_us, self.outstanding, sent_at, now)
        elif reply.outcome == "overloaded":
            # It answers: fewer calls help, none at all does not.
            self.breaker.succeeded()
            self.limit.refused(sent_at, now)
        elif not reply.may_pass:
            self.breaker.succeeded()
        elif reply.outcome == "timeout" and now - sent_at < deadline_s / 2 and reply.error_type == "deadline":
            # Most of the deadline went by in our own queue: no fault of the server.
            self.breaker.given_up()
        else:
            self.breaker.failed()
            self._serving.doubt()
            if reply.outcome == "timeout":
                self.limit.refused(sent_at, now)
            if reply.error_type in {"http_401", "http_403"}:
                self._hub = None  # the key's file is read again

    def _client(self) -> AsyncInferenceClient:
        if self._hub is None:
            self._hub = engines.hub_for(self.endpoint, self._key())
        return self._hub

    def _key(self) -> str:
        try:
            return secret(self.endpoint.api_key_file) or engines.NO_KEY
        except ValueError:
            raise KeyFileError from None
