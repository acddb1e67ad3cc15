"""What the sender of an invitation is told, and nobody else."""

from enum import StrEnum

from bot.contacts import BOT_ADMINS, Contacts
from bot.context import Channel
from bot.domain.invitations import Invitation
from bot.language import Language, deferred
from bot.partner_center.invitation_link import LinkRefused, RefusalReason
from bot.reply import Message
from bot.slack_errors import BOT_ABSENT, FEW_MAY_POST, Meaning, meaning_of
from bot.views.blocks import actions, button, context, field, fields, section
from bot.views.contacts import asking, to_ask
from bot.views.foreign import Words, channel, clean, code, name, sentence, span


class Delay(StrEnum):
    """What keeps an invitation from being posted for now."""

    MICROSOFT = "microsoft"
    SLACK = "slack"
    SIGN_IN = "sign_in"
    REFUSED = "refused"


REASONS = {
    RefusalReason.NOT_HTTPS: deferred("it is not https"),
    RefusalReason.WRONG_HOST: deferred("the host is not Microsoft’s"),
    RefusalReason.HIDDEN_PARTS: deferred("the address hides a user name or a port"),
    RefusalReason.OTHER_PARTNER: deferred("it names another partner"),
    RefusalReason.UNKNOWN_KIND: deferred("the bot does not know this kind of link"),
}
DELAYS = {
    Delay.MICROSOFT: deferred("Microsoft is not answering."),
    Delay.SLACK: deferred("Slack is not answering."),
    Delay.SIGN_IN: deferred("Microsoft does not accept the bot’s sign-in; ask {people} to sign it in again."),
    Delay.REFUSED: deferred("Microsoft does not let the bot fetch the invitation link; tell {people}."),
}
ARCHIVED = frozenset({"is_archived", "archived"})
# https://docs.slack.dev/reference/methods/chat.postMessage#errors
NOT_THERE = BOT_ABSENT | {"not_member"}
EXTERNAL = "external_channel"


def on_its_way(lang: Language, row: Invitation) -> Message:
    """Say that the invitation was recorded and will be posted."""
    return _message(
        sentence(
            lang.text("The invitation for {company} is on its way to {channel}."),
            company=name(row.company),
            channel=Words(mrkdwn=channel(row.channel_id), plain=lang.text("the channel")),
        )
    )


def delayed(lang: Language, row: Invitation, *, cause: Delay, contacts: Contacts = BOT_ADMINS) -> Message:
    """Say that posting takes longer than it should, and why."""
    return _message(
        sentence(
            lang.text(
                "The invitation for {company} is late: {cause} The bot keeps trying; you need not send it again."
            ),
            company=name(row.company),
            cause=asking(lang, lang.text(DELAYS[cause]), contacts),
        )
    )


def open_window(lang: Language, company: str) -> Message:
    """Offer the window by a button, where none can open by itself: behind a mention."""
    text = lang.text("Press the button to fill in the invitation.")
    create = button(lang.text("Create an invitation"), "invite_customer", clean(company), style="primary")
    return Message(text=text, blocks=(section(text), *actions(create)))


def nothing_typed(lang: Language) -> str:
    """Return what stands under an empty company."""
    return lang.text("Type a company or a domain.")


def no_channel(lang: Language) -> str:
    """Return what stands under a channel that cannot be posted in."""
    return lang.text("Choose a channel Partner Bot is in.")


def link_refused(
    lang: Language, error: LinkRefused, *, reference: str | None = None, contacts: Contacts = BOT_ADMINS
) -> Message:
    """Say why the link that Microsoft sent did not reach anybody."""
    first = lang.text("Nothing was posted.")
    rest = lang.text(
        "The invitation link that came back did not pass the check: {reason}. "
        "Tell {people}; do not send an older link instead."
    )
    reason = sentence(lang.text(REASONS[error.reason]))
    words = sentence(first).strong + sentence(rest, reason=reason, people=to_ask(lang, contacts))
    return Message(
        text=words.plain,
        blocks=(
            section(words.mrkdwn),
            fields(
                field(lang.text("Found"), code(error.found)),
                field(lang.text("Expected"), code(error.expected)),
            ),
            *((context(lang.text("Reference {reference}").format(reference=code(reference))),) if reference else ()),
        ),
    )


def cannot_post(
    lang: Language,
    where: Channel,
    invitation_id: str | None = None,
    *,
    reason: str,
    contacts: Contacts = BOT_ADMINS,
) -> Message:
    """Say why Slack did not take the message; ``reason`` is Slack's word, the buttons are for an invitation."""
    shown = Words(mrkdwn=channel(where.id), plain=f"#{name(where.name or where.id).plain}")
    if reason in ARCHIVED or where.archived:
        words = sentence(lang.text("{channel} is archived. Choose another channel."), channel=shown)
    elif reason in NOT_THERE:
        words = sentence(
            lang.text("Partner Bot is not in {channel}, so nothing was posted. Type {command} there, then try again."),
            channel=shown,
            command=span("/invite @Partner Bot"),
        )
    elif reason == EXTERNAL:
        words = sentence(
            lang.text(
                "Other organisations can read {channel} since you sent the invitation, so nothing was posted. "
                "Send it again if they may read it."
            ),
            channel=shown,
        )
    else:
        words = sentence(lang.text(_refused(reason)), channel=shown, people=to_ask(lang, contacts))
    again = button(lang.text("Try again"), "retry_invitation", invitation_id, style="primary")
    copy = button(lang.text("Copy text"), "copy_invitation", invitation_id)
    buttons = (None if reason == EXTERNAL else again, copy) if invitation_id else ()
    return _message(words, *buttons)


def _refused(word: str) -> str:
    """Return what a word of Slack's means for who wants something posted, and what to do."""
    if word in FEW_MAY_POST:
        return deferred(
            "Only some people may post in {channel}, so nothing was posted. "
            "Ask who manages it to let Partner Bot post there, or choose another channel."
        )
    match meaning_of(word):
        case Meaning.CHANNEL:
            return deferred("Slack does not let Partner Bot post in {channel}. Choose another channel.")
        case Meaning.WORKSPACE:
            return deferred("Slack does not accept Partner Bot, so nothing was posted in {channel}. Tell {people}.")
        case Meaning.NOT_NOW:
            return deferred("Slack is not answering, so nothing was posted in {channel}. Try again in a few minutes.")
        case _:
            return deferred("Slack did not take the message for {channel}. Try again, or tell {people}.")


def _message(words: Words, *buttons: dict[str, object] | None) -> Message:
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *actions(*buttons)))
