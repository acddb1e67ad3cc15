"""Pause of all deliveries while Slack refuses the bot altogether."""

import time

import structlog

from bot.slack_errors import TOKEN_REFUSED

log = structlog.get_logger()


class WorkspacePause:
    """Whether Slack refuses the bot: for a refused token at once, for other words once two conversations meet one."""

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        self.reason: str | None = None
        """Slack's word, while that lasts."""
        self._until = 0.0
        self._conversations: set[str] = set()
        """Conversations that met such a refusal since something was accepted."""

    @property
    def left(self) -> float:
        """Return for how many seconds nothing is tried."""
        return max(0.0, self._until - time.monotonic())

    def refused(self, conversation: str, reason: str) -> None:
        """Note that a write was refused for what is neither the message's nor the channel's fault."""
        self._conversations.add(conversation)
        if reason in TOKEN_REFUSED or len(self._conversations) > 1:
            if self.reason is None:
                log.error("slack takes nothing from the bot", error=reason)
            self.reason = reason
            self._until = time.monotonic() + self.seconds
        else:
            log.warning("delivery delayed", why=reason, seconds=self.seconds)

    def accepted(self) -> None:
        """Note that Slack accepted a write."""
        if self.reason is not None:
            log.info("slack takes messages again")
        self.reason = None
        self._until = 0.0
        self._conversations.clear()
