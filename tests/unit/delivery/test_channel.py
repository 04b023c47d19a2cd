"""What is on its way when Faust resumes the flow must not be dropped."""

from typing import Any

import faust
import pytest
from faust.types import TP

from streams.delivery.channel import LaneChannel, keeping_queue
from streams.delivery.lanes import Lane, Route


@pytest.fixture
def app() -> Any:
    return faust.App("channel-test", broker="kafka://127.0.0.1:1", store="memory://", web_enabled=False)


def lane() -> Lane:
    return Lane(TP("some.topic", 0), Route(lambda _: True, 10))


async def test_fausts_own_channel_drops_what_is_on_its_way_when_the_flow_resumes(app: Any) -> None:
    channel = app.channel()
    reader = channel.clone(is_iterator=True)
    app.flow_control.resume()
    await channel.put(lane())
    app.flow_control.resume()
    assert reader.queue.qsize() == 0, "mended in this release: LaneChannel may go"


async def test_a_lane_on_its_way_stays_there_whatever_becomes_of_the_flow(app: Any) -> None:
    channel = LaneChannel(app)
    reader = channel.clone(is_iterator=True)
    assert channel.offer(lane())
    app.flow_control.suspend()
    app.flow_control.clear()
    app.flow_control.resume()
    assert reader.queue.qsize() == 1


async def test_a_lane_is_not_taken_up_before_there_is_an_agent(app: Any) -> None:
    assert not LaneChannel(app).offer(lane())


async def test_records_of_a_changelog_are_kept_as_well(app: Any) -> None:
    app.tables._changelog_queue = keeping_queue(10)
    app.tables.changelog_queue.put_nowait("record")
    app.flow_control.resume()
    assert app.tables.changelog_queue.qsize() == 1
