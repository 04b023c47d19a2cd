"""The two base classes of everything on the wire."""

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """Read as TGI reads: types are strict (no number for a string), unknown keys are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class Response(BaseModel):
    """Written as TGI writes: a field that is absent there is absent here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> str:
        """JSON text without the fields that were never set."""
        return self.model_dump_json(exclude_unset=True)
