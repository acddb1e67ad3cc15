"""Conversations are not about Slack's three seconds: a busy machine may take longer for a window than people wait."""

import pytest

from bot.slack import answering, dispatch
from sandbox.slack import credentials, delivery

UNHURRIED = 30.0


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give windows time, the bot's and Slack's; what is due when is tested in ``tests/slack``."""
    monkeypatch.setattr(dispatch, "SUBMISSION_DEADLINE", UNHURRIED)
    monkeypatch.setattr(answering, "WINDOW", UNHURRIED)
    monkeypatch.setattr(delivery, "ACK_SECONDS", UNHURRIED)
    monkeypatch.setattr(credentials, "TRIGGER_SECONDS", UNHURRIED)
