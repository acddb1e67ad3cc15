"""A strict fake Slack: the Web API, deliveries to the bot, people who use it, and the page to see it by."""

from sandbox.slack.conversation import Answer, Invocation, Modal, Submission
from sandbox.slack.faults import FAULTS
from sandbox.slack.service import Slack

__all__ = ["FAULTS", "Answer", "Invocation", "Modal", "Slack", "Submission"]
