"""Where an invitation's news go: into its thread, or to the sender alone where other organisations read the channel."""

from bot.domain.deliveries import Delivery
from bot.domain.invitations import Invitation
from bot.language import Language, language
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.steps import Post, Whisper
from bot.reply import Message


def sender(row: Invitation) -> Language:
    """Return the sender's language."""
    return language(row.sender_locale)


async def is_shared(channels: ChannelLookups, row: Invitation, *, of: Delivery) -> bool:
    """Say whether people of other organisations read the channel now, or may."""
    return row.external_channel or await channels.is_external(row.channel_id, of=of.id)


def root(row: Invitation) -> str | None:
    """Return the message in whose thread the invitation stands; its own where it stands in none."""
    return row.thread_ts or row.parent_ts or row.message_ts


def into_thread(row: Invitation, message: Message, *, part: str, shared: bool, last: bool = True) -> Post | Whisper:
    """Return the step that brings news to the thread, or to the sender."""
    if shared:
        return Whisper(message=message, channel=row.channel_id, user=row.sender_id, part=part, last=last)
    return Post(part=part, message=message, channel=row.channel_id, thread_ts=root(row), last=last)
