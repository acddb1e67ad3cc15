"""The outcome of an invocation: one log line and its metrics; what was typed and what was answered stay out of both."""

import time

import structlog

from bot.context import CannotPost, NotUnderstood
from bot.errors import OperatorError, PartnerBotError, UserError
from bot.metrics import INVOCATIONS, SECONDS
from bot.slack.answering import Asked
from bot.slack.api import SlackRefused

log = structlog.get_logger()


def log_outcome(asked: Asked, name: str, started: float, error: Exception | None = None) -> None:
    """One line for each invocation; what was typed and what was answered stay out of it."""
    took = round(time.monotonic() - started, 3)
    say = {"surface": asked.surface.value, "name": name, "user": asked.user_id, "seconds": took}
    match error:
        case None:
            outcome = "answered"
            log.info(outcome, **say)
        case NotUnderstood():
            outcome = "not understood"  # with a line of its own, where it was read
        case UserError():
            outcome = "refused"
            log.info(outcome, **say, error=type(error).__name__, **_word(error), **_ids(error))
        case PartnerBotError():
            outcome = "failed"
            problem = {"problem": str(error)} if isinstance(error, OperatorError) else {}
            log.warning(outcome, **say, error=type(error).__name__, **problem, **_word(error), **_ids(error))
        case _:
            outcome = "bot error"
            log.error(outcome, **say, exc_info=error)
    INVOCATIONS.labels(asked.surface.value, outcome).inc()
    SECONDS.labels(asked.surface.value).observe(took)


def _word(error: Exception) -> dict[str, str]:
    """Slack's word for what it refused, which people read as a sentence."""
    match error:
        case CannotPost(reason=word) | SlackRefused(error=word):
            return {"word": word}
        case _:
            return {}


def _ids(error: Exception) -> dict[str, object]:
    """Microsoft's ids, which its support asks for."""
    diagnosis = getattr(error, "diagnosis", None)
    if diagnosis is None:
        return {}
    return {
        "operation": diagnosis.operation,
        "status": diagnosis.status,
        "code": diagnosis.code,
        "request_id": diagnosis.request_id,
        "correlation_id": diagnosis.correlation_id,
    }
