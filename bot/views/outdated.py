"""What has happened since a button was drawn, and who did it."""

from bot.domain.channel_subscriptions import PAUSED_BY_HAND, ChannelSubscription, SubscriptionState
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation, InvitationState
from bot.language import Language, deferred
from bot.reply import Message
from bot.views.blocks import section
from bot.views.foreign import Words, date_stamp, name, person, sentence, span
from bot.views.subscriptions.words import LIST_COMMAND, reason

DONE_BY = {
    SubscriptionState.ACTIVE: deferred("{person} switched these notices on again on {when}."),
    SubscriptionState.PAUSED: deferred("{person} paused these notices on {when}."),
    SubscriptionState.REMOVED: deferred("{person} removed these notices on {when}."),
}
DONE = {
    SubscriptionState.ACTIVE: deferred("These notices are on."),
    SubscriptionState.PAUSED: deferred("These notices were paused on {when}."),
    SubscriptionState.REMOVED: deferred("These notices were removed on {when}."),
}
"""The same where nobody knows who did it."""
INVITATIONS = {
    InvitationState.PENDING: deferred("This invitation is just being posted. Look again in a minute."),
    InvitationState.WAITING: deferred("This invitation was posted on {when}."),
    InvitationState.ACCEPTED: deferred("{company} accepted this invitation on {when}."),
    InvitationState.CLOSED: deferred("This invitation was closed on {when}."),
    InvitationState.FAILED: deferred("This invitation could not be posted. Run the command again."),
}
CLOSED_BY_NOBODY = {
    MESSAGE_DELETED: deferred("This invitation was closed on {when}, because its message was deleted."),
    CHANNEL_ARCHIVED: deferred("This invitation was closed on {when}, because its channel was archived."),
}


def outdated(lang: Language, now: ChannelSubscription | Invitation | None = None) -> Message:
    """Say why a button no longer applies: by what it is about as that stands now, where that is known."""
    match now:
        case ChannelSubscription():
            words = _subscription(lang, now)
        case Invitation():
            words = _invitation(lang, now)
        case _:
            words = sentence(lang.text("This button no longer applies. Run the command again."))
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def _subscription(lang: Language, subscription: ChannelSubscription) -> Words:
    template = lang.text((DONE_BY if subscription.changed_by else DONE)[subscription.state])
    if subscription.state is SubscriptionState.PAUSED and subscription.reason not in {None, PAUSED_BY_HAND}:
        template = lang.text("These notices were paused on {when}, because {reason}.")
    words = sentence(
        template,
        person=_colleague(lang, subscription.changed_by),
        when=date_stamp(lang, subscription.changed_at),
        reason=reason(lang, subscription.reason),
    )
    if subscription.state is SubscriptionState.REMOVED:
        words += sentence(lang.text("What is removed can be restored for 30 days."))
    return words + sentence(lang.text("{command} shows what the channel follows."), command=span(LIST_COMMAND))


def _invitation(lang: Language, row: Invitation) -> Words:
    template = lang.text(INVITATIONS[row.state])
    if row.state is InvitationState.CLOSED and row.closed_by:
        template = lang.text("{person} closed this invitation on {when}.")
    elif row.state is InvitationState.CLOSED:
        template = lang.text(CLOSED_BY_NOBODY.get(row.reason or "", INVITATIONS[row.state]))
    return sentence(
        template,
        person=_colleague(lang, row.closed_by),
        company=name(row.accepted_name or row.company),
        when=date_stamp(lang, row.closed_at or row.accepted_at or row.posted_at or row.created_at),
    )


def _colleague(lang: Language, user_id: str | None) -> Words:
    return Words(mrkdwn=person(user_id or ""), plain=lang.text("A colleague"))
