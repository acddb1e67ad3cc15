"""Contacts by name: the bot admins of the settings, else the operators, as Slack describes them."""

import asyncio

from bot import retry
from bot.contacts import Contact, ContactKind, Contacts
from bot.settings import Grant, Settings
from bot.slack.directory import Directory, PersonUnknown

SHOWN = 3
"""Names that a sentence takes."""
LOOKUPS = 6
"""People that are looked up for it at most; the directory remembers them."""


class ContactBook:
    """Looks contacts up when a sentence needs them."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        self._directory = directory
        self._kind, self._grant = ContactKind.WHO_RUNS_THE_BOT, Grant()
        if not settings.bot_admins.is_empty:
            self._kind, self._grant = ContactKind.BOT_ADMINS, settings.bot_admins
        elif not settings.bot_operators.is_empty:
            self._kind, self._grant = ContactKind.OPERATORS, settings.bot_operators

    async def contacts(self) -> Contacts:
        """Return at most three people who can use Slack; none where Slack does not answer in time."""
        try:
            async with asyncio.timeout(retry.SLACK.contacts):
                ids = await self._ids()
                found = await asyncio.gather(*map(self._contact, ids))
        except TimeoutError:
            return Contacts(kind=self._kind)
        return self._of(found)

    def remembered(self) -> Contacts:
        """Return the same from what the directory remembers, without asking Slack: for a window's three seconds."""
        people = (self._directory.remembered(user_id) for user_id in sorted(self._grant.persons)[:LOOKUPS])
        return self._of(
            [
                Contact(user_id=person.id, name=person.name) if person is not None and person.somebody else None
                for person in people
            ]
        )

    def _of(self, found: list[Contact | None]) -> Contacts:
        named = tuple(contact for contact in found if contact is not None and contact.name)
        return Contacts(kind=self._kind, people=named[:SHOWN])

    async def _ids(self) -> list[str]:
        """Return whom the grant names, those of user groups last; a channel or ``*`` names nobody."""
        ids = sorted(self._grant.persons)
        for group_id in sorted(self._grant.groups):
            if len(ids) < LOOKUPS:
                ids += sorted(await self._directory.group_members(group_id))
        return list(dict.fromkeys(ids))[:LOOKUPS]

    async def _contact(self, user_id: str) -> Contact | None:
        try:
            person = await self._directory.person(user_id)
        except PersonUnknown:
            return None
        return Contact(user_id=person.id, name=person.name) if person.somebody else None
