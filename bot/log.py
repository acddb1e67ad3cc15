"""Logs on stderr: constant phrases with keys and values, and nothing of a library's text, which may hold bodies."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up structlog and the standard library's logging at ``level``."""
    threshold = logging.getLevelNamesMapping()[level]
    human = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_locals,
            structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_LibraryHandler()], level=max(threshold, logging.WARNING), force=True)


class _LibraryHandler(logging.Handler):
    """Says where a library complained, never what it said.

    slack_bolt and slack_sdk write whole request bodies into their warnings, and msal and aiohttp write addresses;
    these hold tokens, messages and customers. The place in the library's source is enough to find the cause.
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library message",
            library=record.name,
            where=f"{record.module}:{record.lineno}",
            error=type(error).__name__ if error else None,
        )


def _without_locals(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an exception by its types and places: its text may quote what a person or Microsoft sent."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_chain(error))
        event["traceback"] = _places(error)
    return event


def summary(error: BaseException) -> str:
    """Return the types and the place of an exception, without its text."""
    return f"{' < '.join(_chain(error))} at {(_places(error) or ['?'])[-1]}"


def _chain(error: BaseException) -> list[str]:
    names: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return names


def _places(error: BaseException) -> list[str]:
    places: list[str] = []
    step = error.__traceback__
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return places
