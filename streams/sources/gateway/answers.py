"""What the gateway answers, and the log line and the count that go with it."""

import time
from dataclasses import dataclass, field

from aiohttp import web

from streams.log import logger
from streams.metrics import DELIVERIES
from streams.sources.gateway.rejected import Rejected

_log = logger("gateway")
_RETRY_AFTER_S = 2
_LOG_EVERY_S = 1.0


def refusal(rejected: Rejected) -> web.Response:
    """`{"error", "remedy"}`; a 503 says when to ask again."""
    headers = {"Retry-After": str(_RETRY_AFTER_S)} if rejected.status == 503 else None
    answer = {"error": rejected.outcome, "remedy": rejected.remedy}
    return web.json_response(answer, status=rejected.status, headers=headers)


async def expect(request: web.Request) -> web.Response | None:
    """What a client that asks before it sends its body is told; aiohttp's own refusal would quote the question."""
    if request.headers["Expect"].lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself has not begun
        return None
    rejected = Rejected(417, "unknown_expectation", "expect 100-continue or nothing")
    DELIVERIES.labels("unknown", rejected.outcome).inc()
    answer = refusal(rejected)
    answer.force_close()
    return answer


@dataclass(slots=True)
class RefusalLog:
    """Logs refusals, for each shop and outcome once a second at most: a flood must not become a second one."""

    _last: dict[tuple[str, str], float] = field(default_factory=dict)
    _silent: dict[tuple[str, str], int] = field(default_factory=dict)

    def tell(self, shop: str, rejected: Rejected) -> None:
        """`shop` is a known shop's id, or `unknown`."""
        key, now = (shop, rejected.outcome), time.monotonic()
        if now - self._last.get(key, -_LOG_EVERY_S) < _LOG_EVERY_S:
            self._silent[key] = self._silent.get(key, 0) + 1
            return
        self._last[key] = now
        facts = {"shop": shop, "outcome": rejected.outcome, "status": rejected.status, "more": self._silent.pop(key, 0)}
        _log.warning("rejected", extra=facts)
