"""Log lines: one JSON object a line, or plain words; every line of a request carries its number.

A line names things by number and code, never by what people wrote or who they are: no form values, no
names, no telephone numbers, no addresses.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id", "taskName"}
_NOT_PLAIN = frozenset({"request", "server_time"})
"""What Django attaches to its own lines: the request object, which holds everything that was sent."""


def facts_of(record: logging.LogRecord) -> dict[str, object]:
    """Return what was passed as `extra`, as plain values."""
    return {
        name: value if isinstance(value, bool | int | float | str | None) else str(value)
        for name, value in vars(record).items()
        if name not in _STANDARD and name not in _NOT_PLAIN
    }


class RequestNumber(logging.Filter):
    """Puts the number of the request into every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := getattr(record, "request_id", ""):
            line["request_id"] = number
        line |= facts_of(record)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Words for a person at a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name logging calls
        facts = facts_of(record)
        if number := getattr(record, "request_id", ""):
            facts["request"] = number
        return " ".join(
            [super().formatMessage(record), *(f"{name}={value}" for name, value in facts.items())]
        )


def configuration(style: str, level: str) -> dict[str, object]:
    """Return the LOGGING setting: everything to standard error, `style` json or plain."""
    formatter = {"json": "gongzhi.core.logs.JsonLines", "plain": "gongzhi.core.logs.PlainLines"}[style]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"number": {"()": "gongzhi.core.logs.RequestNumber"}},
        "formatters": {"lines": {"()": formatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["number"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Refusals are answers, not trouble: they are counted in the metrics.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
