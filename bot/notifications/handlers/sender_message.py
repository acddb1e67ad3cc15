"""Message to the sender of an invitation alone: what became of the attempt to post it."""

from datetime import datetime
from functools import partial
from typing import Literal

from pydantic import BaseModel

from bot.contacts import Contacts
from bot.context import Channel
from bot.delivery.handler import Decision, DeliveryHandler, Drop, Plan, Planner
from bot.delivery.messenger import Undelivered
from bot.domain.deliveries import Delivery, Show, Step
from bot.domain.invitations import Invitation
from bot.errors import OperatorError, RemoteError
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.partner_center.errors import PartnerCenterError, SignInCause, SignInRefused, Unavailable
from bot.partner_center.invitation_link import LinkRefused, RefusalReason
from bot.reply import Message
from bot.views import failures
from bot.views import invitations as views
from bot.views.invitations import Delay

SENDER_MESSAGE = "telling"
What = Literal["delayed", "link_refused", "cannot_post", "failed"]


class SenderMessage(BaseModel):
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


class SenderMessageHandler(DeliveryHandler):
    """Handler of deliveries whose subject is a ``SenderMessage``."""

    kind = SENDER_MESSAGE

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._invitations = dependencies.repositories.invitations
        self._messenger = dependencies.messenger
        self._contacts = dependencies.contacts

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Show it in the channel that the invitation was for, or directly."""
        about = SenderMessage.model_validate_json(delivery.subject)
        row = await self._database.read(partial(self._invitations.find, invitation_id=about.invitation_id))
        if row is None:
            return Drop("no such invitation")
        message = await self._message(row, about, delivery.created_at)

        async def render(_step: Step) -> Message:
            return message

        return Plan(steps=(Show(name="whisper", channel=row.channel_id, user=row.sender_id),), content=render)

    async def _message(self, row: Invitation, about: SenderMessage, at: datetime) -> Message:
        lang = language(row.sender_locale)
        reference = f"d-{about.attempt[:8]}"
        contacts = await self._contacts()
        match about.what:
            case "delayed":
                return views.delayed(lang, row, cause=about.cause or Delay.MICROSOFT, contacts=contacts)
            case "link_refused":
                refused = LinkRefused(RefusalReason(about.word), found=about.found, expected=about.expected)
                return views.link_refused(lang, refused, reference=reference, contacts=contacts)
            case "cannot_post":
                channel = await self._channel(row.channel_id)
                return views.cannot_post(lang, channel, row.id, reason=about.word, contacts=contacts)
            case "failed":
                return _failed(row, about, at, reference, contacts)

    async def _channel(self, channel_id: str) -> Channel:
        try:
            return await self._messenger.channel(channel_id)
        except Undelivered:
            return Channel(id=channel_id, name="", external=True, known=False)


def _failed(row: Invitation, about: SenderMessage, at: datetime, reference: str, contacts: Contacts) -> Message:
    return failures.failure(
        language(row.sender_locale),
        _failure(about.cause),
        reference=reference,
        at=at,
        admin=contacts.includes_bot_admin(row.sender_id),
        again=f"action retry_invitation {row.id}",
        contacts=contacts,
    )


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


def handler(dependencies: Dependencies) -> SenderMessageHandler:
    """Return the handler."""
    return SenderMessageHandler(dependencies)
