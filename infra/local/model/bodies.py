"""Reading request bodies: bounded, strictly typed, and errors that never repeat what was sent."""

from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from infra.local.model.errors import MalformedBodyError
from infra.local.model.wire.base import Request

R = TypeVar("R", bound=Request)

_MAX_NAMED_ERRORS = 5


async def read_body(request: web.Request, model: type[R]) -> R:
    """The body as `model`. Raises `MalformedBodyError`, or 413 beyond the size limit."""
    return parse_body(await request.read(), model)


def parse_body(body: bytes, model: type[R]) -> R:
    """`body` as `model`. Raises `MalformedBodyError`, which names the fields but none of their values."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise MalformedBodyError(f"Failed to deserialize the JSON body: {_describe(error)}") from None


def _describe(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(item["type"] == "json_invalid" for item in found):
        return "it is not valid JSON"
    # A location may hold a key that the caller chose; only the names of this module's fields are repeated.
    named = [f"{item['loc'][0] if item['loc'] else 'body'}: {item['type']}" for item in found[:_MAX_NAMED_ERRORS]]
    return "; ".join(named)
