"""What a visitor of the sandbox can let happen: presses and switches beside the faults of Slack and Microsoft."""

from sandbox.bot import Bot
from sandbox.microsoft import Microsoft
from sandbox.scenarios import channel, customer, events, passing
from sandbox.scenarios.delivery import SWITCHES, Mail
from sandbox.slack import Slack
from sandbox.slack.page_state import Press

__all__ = ["SWITCHES", "Mail", "presses"]


def presses(slack: Slack, mail: Mail, bot: Bot, microsoft: Microsoft) -> list[Press]:
    """Return everything that can happen once."""
    return [
        *customer.presses(slack, microsoft, mail),
        *events.presses(microsoft, mail),
        *channel.presses(slack),
        *passing.presses(slack, bot),
    ]
