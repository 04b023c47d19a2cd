"""GET /live/<group> and /live/<group>/<client id>: 503 where starting the worker again may help, 200 in any doubt."""

import orjson
from aiohttp import web

from streams.clock import now
from streams.watch import report
from streams.watch.live import liveness
from streams.watch.watcher import Watcher


def routes(watcher: Watcher) -> list[web.RouteDef]:
    """The two routes over the present verdicts of a watcher."""

    async def live(request: web.Request) -> web.Response:
        group, client_id = request.match_info["group"], request.match_info.get("client")
        if group not in watcher.bounds:
            remedy = f"ask for one of {', '.join(watcher.groups)}"
            return web.json_response({"error": "unknown_group", "remedy": remedy}, status=404)
        found = liveness(watcher.of(group), watcher.bounds[group].no_progress_s, client_id)
        body = orjson.dumps(report.of_live(group, client_id, found, now()))
        return web.Response(body=body, status=200 if found.alive else 503, content_type="application/json")

    return [web.get("/live/{group}", live), web.get("/live/{group}/{client}", live)]
