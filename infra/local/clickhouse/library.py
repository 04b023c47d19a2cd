"""The one C function of libchdb.so that is used here: clickhouse-local, run to its end."""

import ctypes
from collections.abc import Sequence
from pathlib import Path


class EngineError(RuntimeError):
    """clickhouse-local ended with an error; the text is its own."""


class _Result(ctypes.Structure):
    """`local_result_v2` of chdb.h."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("len", ctypes.c_size_t),
        ("vec", ctypes.c_void_p),
        ("elapsed", ctypes.c_double),
        ("rows_read", ctypes.c_uint64),
        ("bytes_read", ctypes.c_uint64),
        ("error_message", ctypes.c_char_p),
    )


def run_clickhouse_local(library: Path, arguments: Sequence[str]) -> None:
    """Run clickhouse-local with `arguments` and return when it ended; releases the GIL meanwhile.

    Raises OSError when the library cannot be loaded and EngineError when the engine reports an error.
    """
    query = ctypes.CDLL(str(library)).query_stable_v2
    query.restype = ctypes.POINTER(_Result)
    query.argtypes = (ctypes.c_int, ctypes.POINTER(ctypes.c_char_p))
    encoded = [b"clickhouse", *(argument.encode() for argument in arguments)]
    result = query(len(encoded), (ctypes.c_char_p * len(encoded))(*encoded))
    if not result:
        raise EngineError("the engine ended without a result")
    if message := result.contents.error_message:
        raise EngineError(message.decode("utf-8", "replace"))
