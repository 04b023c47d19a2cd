"""The one logger: a JSON object a line, made from names and numbers. Payloads never come near it."""

import json
import logging
import sys
from datetime import UTC, datetime

_PLAIN = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "taskName"}
# Libraries whose own messages may quote a record's key or value.
_QUIET = ("faust", "aiokafka", "httpx", "presidio-analyzer", "mode", "streams")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in record.__dict__.items() if key not in _PLAIN})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def configure(level: int = logging.INFO) -> None:
    """Send everything to standard error as JSON lines; libraries that might quote records only from warnings up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def logger(name: str) -> logging.Logger:
    """A logger; pass facts as `extra={...}`: names, numbers and places, never a payload."""
    return logging.getLogger(f"inland.{name}")
