"""Lines about what the worker does: an event and its fields, to stderr, without secrets."""

import logging
import sys
from collections.abc import Collection, MutableMapping
from typing import Any, TextIO

import structlog

from context.values import MASK
from worker.settings import LogFormat

#: Libraries that would print to stderr on their own, and say what our own events say better.
_NOISY = ("realtime", "httpx", "httpcore", "websockets", "hpack", "asyncio")


def configure_logging(
    log_format: LogFormat,
    *,
    secrets: Collection[str] = (),
    verbose: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Send all log events there, as text or as JSON. `secrets` are masked wherever they turn up."""
    stream = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without(frozenset(secret for secret in secrets if secret)),
            _exception_by_name,
            _renderer(log_format, stream),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    _take_in("baton", stream_level=logging.DEBUG if verbose else logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


class _Forward(logging.Handler):
    """Hands lines of the standard logger on to ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the line as an event of the same level."""
        structlog.get_logger(record.name).log(record.levelno, record.getMessage())


def _take_in(name: str, *, stream_level: int) -> None:
    logger = logging.getLogger(name)
    logger.handlers = [_Forward()]
    logger.setLevel(stream_level)
    logger.propagate = False


def _renderer(log_format: LogFormat, stream: TextIO) -> structlog.typing.Processor:
    if log_format is LogFormat.JSON:
        return structlog.processors.JSONRenderer(default=str)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=24)


Fields = MutableMapping[str, Any]


def _without(secrets: frozenset[str]) -> structlog.typing.Processor:
    def mask(_logger: Any, _method: str, fields: Fields) -> Fields:
        for name, value in fields.items():
            if isinstance(value, str):
                for secret in secrets:
                    value = value.replace(secret, MASK)  # noqa: PLW2901 # one after the other
                fields[name] = value
        return fields

    return mask


def _exception_by_name(
    _logger: Any, _method: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's class and place, never its words: those may hold values of a test."""
    found = fields.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found
    if isinstance(error, BaseException):
        fields["error"] = type(error).__name__
        fields["at"] = _place(error)
    return fields


def _place(error: BaseException) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
