"""What keeps paused notices from coming again, so that *Resume* could only fail."""

from dataclasses import dataclass

from bot.contacts import BOT_ADMINS, Contacts
from bot.context import Channel
from bot.language import Language
from bot.reply import Message
from bot.views.blocks import section
from bot.views.contacts import asking
from bot.views.foreign import Words, sentence, span


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuming:
    """What resuming depends on, besides the channel."""

    sign_in_works: bool = True
    slack_takes: bool = True
    """Whether Slack takes messages from the bot at all."""
    forbidden: frozenset[str] = frozenset()
    """Channels in which the reader is no operator."""
    contacts: Contacts = BOT_ADMINS


FREE = Resuming()


def before_resuming(lang: Language, there: Channel, resuming: Resuming = FREE) -> Words | None:
    """Return what must be done before notices can be resumed in a channel; None where nothing must."""
    if there.id in resuming.forbidden:
        return sentence(lang.text("Only operators of this channel can resume its notices."))
    if there.archived:
        return sentence(lang.text("To resume, unarchive the channel first."))
    if there.external and there.known:
        return sentence(lang.text("Other organisations can read this channel, so notices cannot be resumed here."))
    if there.external or there.member is False:
        invite = lang.text("To resume, type {command} in the channel first.")
        return sentence(invite, command=span("/invite @Partner Bot"))
    if not resuming.slack_takes:
        tell = lang.text("Slack takes no messages from the bot, so notices cannot be resumed. Tell {people}.")
        return asking(lang, tell, resuming.contacts)
    if not resuming.sign_in_works:
        ask = lang.text(
            "Microsoft does not accept the bot’s sign-in. To resume, ask {people} to sign it in again first."
        )
        return asking(lang, ask, resuming.contacts)
    return None


def not_resumed(words: Words) -> Message:
    """Say to the person alone why notices stay paused."""
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))
