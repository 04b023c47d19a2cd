"""The model client: one region's servers through huggingface_hub's AsyncInferenceClient.

A call waits in our own queue for a place, goes to the least busy server of its region, and ends as a `Reply`, whatever
server or network do to it. It never leaves the region's endpoints.
"""

from streams.enrich.client.bounds import Bounds
from streams.enrich.client.parameters import Parameters
from streams.enrich.client.region import RegionClient
from streams.enrich.client.reply import ModelInfo, Reply
from streams.enrich.client.request import Priority, Request
from streams.enrich.client.retry import pause_s

__all__ = ["Bounds", "ModelInfo", "Parameters", "Priority", "RegionClient", "Reply", "Request", "pause_s"]
