"""Tells the sender of an invitation, and nobody else, what became of the attempt to post it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from bot.contacts import Contacts
from bot.context import Channel
from bot.domain.deliveries import Delivery
from bot.errors import OperatorError, RemoteError
from bot.language import language
from bot.notifications.courier import Courier, Undelivered
from bot.notifications.steps import Decision, Drop, Whisper, Writer
from bot.partner_center.errors import PartnerCenterError, SignInCause, SignInRefused, Unavailable
from bot.partner_center.invitation_link import LinkRefused, RefusalReason
from bot.reply import Message
from bot.storage.invitations import Invitation, Invitations
from bot.views import failures
from bot.views import invitations as views
from bot.views.invitations import Delay

TELLING = "telling"
What = Literal["delayed", "link_refused", "cannot_post", "failed"]


class Telling(BaseModel):
    """What a sender is told, as it is kept in the delivery."""

    invitation_id: str
    what: What
    cause: Delay | None = None
    word: str = ""
    """Slack's word, or why the link was refused."""
    found: str = ""
    expected: str = ""
    attempt: str
    """The id of the delivery that this is about; a person may quote its beginning."""


def cause_of(error: Exception) -> Delay | None:
    """Return what the person is told of a delay; nothing of a mistake of ours that the next attempt may not meet."""
    match error:
        case Undelivered():
            return Delay.SLACK
        case SignInRefused():
            return Delay.SIGN_IN
        case OperatorError():
            return Delay.REFUSED
        case PartnerCenterError():
            return Delay.MICROSOFT
        case _:
            return None


class TellingWriter(Writer):
    """Writes deliveries whose subject is a ``Telling``."""

    def __init__(
        self, *, invitations: Invitations, courier: Courier, contacts: Callable[[], Awaitable[Contacts]]
    ) -> None:
        self._invitations = invitations
        self._courier = courier
        self._contacts = contacts

    async def decide(self, delivery: Delivery) -> Decision:
        """Show it in the channel that the invitation was for, or directly."""
        telling = Telling.model_validate_json(delivery.subject)
        row = await self._invitations.find(telling.invitation_id)
        if row is None:
            return Drop("no such invitation")
        message = await self._message(row, telling, delivery.created_at)
        return Whisper(message=message, channel=row.channel_id, user=row.sender_id)

    async def _message(self, row: Invitation, telling: Telling, at: datetime) -> Message:
        lang = language(row.sender_locale)
        reference = f"d-{telling.attempt[:8]}"
        contacts = await self._contacts()
        match telling.what:
            case "delayed":
                return views.delayed(lang, row, cause=telling.cause or Delay.MICROSOFT, contacts=contacts)
            case "link_refused":
                refused = LinkRefused(RefusalReason(telling.word), found=telling.found, expected=telling.expected)
                return views.link_refused(lang, refused, reference=reference, contacts=contacts)
            case "cannot_post":
                channel = await self._channel(row.channel_id)
                return views.cannot_post(lang, channel, row.id, reason=telling.word, contacts=contacts)
            case "failed":
                again = f"action retry_invitation {row.id}"
                return failures.failure(
                    lang,
                    _failure(telling.cause),
                    reference=reference,
                    at=at,
                    admin=contacts.includes_bot_admin(row.sender_id),
                    again=again,
                    contacts=contacts,
                )

    async def _channel(self, channel_id: str) -> Channel:
        try:
            return await self._courier.channel(channel_id)
        except Undelivered:
            return Channel(id=channel_id, name="", external=True, known=False)


def _failure(cause: Delay | None) -> Exception:
    match cause:
        case Delay.SLACK:
            return RemoteError()
        case Delay.SIGN_IN:
            return SignInRefused(SignInCause.OTHER)
        case None:
            return RuntimeError()
        case _:
            return Unavailable(0)
