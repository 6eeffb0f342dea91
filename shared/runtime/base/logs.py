"""Logs: one JSON line per batch or incident, dotted event names, never personal data."""

import logging
import sys
from typing import cast

import orjson
import structlog
from structlog.typing import FilteringBoundLogger


def configure(service: str, level: str = "info") -> None:
    """Send structlog and the libraries' loggers to stderr as JSON lines.

    Args:
        service: Stands in every line.
        level: ``debug``, ``info``, ``warning`` or ``error``.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            # Without the values of local variables: they may be a party's data.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # The libraries report each retry of theirs; what matters of it stands in readiness and metrics.
    root.setLevel(max(number, logging.WARNING))
    # Ten lines a second while a topic is missing: readiness names it once.
    logging.getLogger("aiokafka.cluster").setLevel(logging.CRITICAL)


def get(name: str) -> FilteringBoundLogger:
    """Return the logger of a room; its name is the first part of the event names."""
    return cast(FilteringBoundLogger, structlog.get_logger(room=name))


def _dumps(value: object, **_: object) -> str:
    return orjson.dumps(value, default=str).decode()
