"""Whom a person is told to ask for what they cannot do themselves: people by name, never a setting."""

from dataclasses import dataclass
from enum import StrEnum


class ContactKind(StrEnum):
    """In what capacity the contacts are asked."""

    BOT_ADMINS = "bot_admins"
    OPERATORS = "operators"  # where no bot admin is configured
    WHO_RUNS_THE_BOT = "who_runs_the_bot"  # where neither is


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person to ask, by their name as Slack describes them."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The contacts of one kind; without ``people`` (Slack does not answer, say) they are told by the kind alone."""

    kind: ContactKind = ContactKind.BOT_ADMINS
    people: tuple[Contact, ...] = ()

    def includes_bot_admin(self, user_id: str) -> bool:
        """Say whether the person is one of the bot admins."""
        return self.kind is ContactKind.BOT_ADMINS and any(user_id == each.user_id for each in self.people)


BOT_ADMINS = Contacts()
"""The bot admins, without their names."""


async def nameless() -> Contacts:
    """Return the bot admins without their names, where there is nobody to ask for them."""
    return BOT_ADMINS
