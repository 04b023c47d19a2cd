"""Requests of TGI's own routes: `/`, `/generate`, `/generate_stream`, `/tokenize`.

Ranges are not checked here but in `validation`, because TGI answers them with texts of its own. Here stands what its
deserialiser refuses: wrong types, and negative numbers where it has unsigned ones.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from infra.local.model.wire.base import Request

Unsigned = Annotated[int, Field(ge=0, lt=2**32)]
Seed = Annotated[int, Field(ge=0, lt=2**64)]


class JsonGrammar(Request):
    """A JSON schema, as an object or as its text. `json_object` is what OpenAI's clients call it."""

    type: Literal["json", "json_object"]
    value: Any


class RegexGrammar(Request):
    """A regular expression that the whole answer must match."""

    type: Literal["regex"]
    value: str


class NamedSchema(Request):
    """A JSON schema with a name, as OpenAI's `json_schema` response format carries it."""

    name: str | None = None
    schema_: Any = Field(alias="schema")


class JsonSchemaGrammar(Request):
    """A named JSON schema."""

    type: Literal["json_schema"]
    value: NamedSchema


Grammar = Annotated[JsonGrammar | RegexGrammar | JsonSchemaGrammar, Field(discriminator="type")]


class GenerateParameters(Request):
    """How to generate. Field by field as in TGI; `null` and absent mean the same."""

    adapter_id: str | None = None
    best_of: Unsigned | None = None
    decoder_input_details: bool = False
    details: bool = False
    do_sample: bool = False
    frequency_penalty: float | None = None
    grammar: Grammar | None = None
    max_new_tokens: Unsigned | None = None
    repetition_penalty: float | None = None
    return_full_text: bool | None = None
    seed: Seed | None = None
    stop: list[str] = Field(default_factory=list)
    temperature: float | None = None
    top_k: int | None = None
    top_n_tokens: Unsigned | None = None
    top_p: float | None = None
    truncate: Unsigned | None = None
    typical_p: float | None = None
    watermark: bool = False


class GenerateRequest(Request):
    """A prompt. Without `parameters` TGI samples; with `{}` it does not."""

    inputs: str
    parameters: GenerateParameters = GenerateParameters(do_sample=True)


class CompatGenerateRequest(GenerateRequest):
    """The request of `/`: the answer is a list, or a stream when `stream` is true."""

    stream: bool = False
