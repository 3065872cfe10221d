"""Structured log lines: one JSON object per line, made of named fields only.

No message text of a third party is ever written: such a message may hold a payload, a code, an
address or an SQL parameter. An exception is logged as its type and its frames.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

SERVICE_LOGGER = "dianjin"
FIELDS_ATTRIBUTE = "dianjin_fields"
"""Attribute of a LogRecord that holds the fields of our own events."""

_QUIET_LOGGERS = ("uvicorn.access", "httpx", "httpcore")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time, level, logger, event and named fields.

    Records of other libraries keep their format string without its arguments; one that comes
    without arguments may already be interpolated, so only its place in the source is kept.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the JSON line of one record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = getattr(record, FIELDS_ATTRIBUTE, None)
        if isinstance(fields, dict):
            line["event"] = record.msg
            line.update(fields)
        elif record.args:
            line["event"] = str(record.msg)
        elif not _is_trusted(record.name):
            line["event"] = "library"
            line["where"] = f"{Path(record.pathname).name}:{record.lineno}"
        else:
            line["event"] = str(record.msg)
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = type(record.exc_info[1]).__name__
            line["frames"] = _frames(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _is_trusted(logger: str) -> bool:
    """Tell whether the messages of a logger are constant texts of ours or of the server."""
    return logger.split(".", 1)[0] in {SERVICE_LOGGER, "uvicorn"}


def _frames(error: BaseException) -> list[str]:
    """The innermost frames of an error as file:line:function."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in frames]


def log_event(level: int, event: str, **fields: str | int | float | bool | None) -> None:
    """Log one event of ours; the caller names the fields, none of them personal."""
    logging.getLogger(SERVICE_LOGGER).log(level, event, extra={FIELDS_ATTRIBUTE: fields})


def log_failure(event: str, error: BaseException, **fields: str | int | float | None) -> None:
    """Log an unexpected error: its type and frames, never its message."""
    logging.getLogger(SERVICE_LOGGER).error(
        event,
        extra={FIELDS_ATTRIBUTE: fields},
        exc_info=(type(error), error, error.__traceback__),
    )


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send every log record of this process as JSON lines to `stream` (default: stderr)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        if name.split(".", 1)[0] in {"uvicorn", "dbos", "alembic"}:
            logger.handlers = []
            logger.propagate = True
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # The server's own start and stop messages are formats with addresses in them; ours say it.
    logging.getLogger("uvicorn.error").setLevel(max(logging.WARNING, root.level))
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).disabled = True
