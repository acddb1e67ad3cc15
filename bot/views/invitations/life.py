"""What becomes of a posted invitation: accepted, not accepted yet, posted once more."""

from datetime import datetime, timedelta
from enum import StrEnum

from babel.units import format_unit

from bot.domain.invitations import Invitation
from bot.language import Language, deferred
from bot.partner_center.models import Customer
from bot.reply import Block, Message
from bot.views.blocks import actions, button, context, field, fields, header, section
from bot.views.customer_blocks import portal_button, read_from, see_customer_button
from bot.views.customer_fields import country, identity, named
from bot.views.foreign import Words, clean, code, day_stamp, identified, name, person, sentence, stamp
from bot.views.invitations.message import close_button, over, sent_and_for, text_removed

DAYS_WITH_HOURS = 7
"""From so many days on the hours say nothing."""


class ReminderAnswer(StrEnum):
    """What was pressed below a reminder, by the names of its buttons."""

    POST_AGAIN = "post_again"
    LATER = "remind_later"
    CLOSE = "close_invitation"


REMINDER_RESULTS = {
    ReminderAnswer.POST_AGAIN: deferred("Posted again by {person}: {when}."),
    ReminderAnswer.LATER: deferred("Put off by {person}: {when}."),
    ReminderAnswer.CLOSE: deferred("Closed by {person}: {when}. The link itself still works."),
}


def accepted(lang: Language, row: Invitation, *, portal_url: str | None) -> Message:
    """Return the invitation's message once the customer has accepted: without the text and the link."""
    if row.external_channel:
        return over(lang)
    state = lang.text("Accepted: {when}, after {time}").format(
        when=stamp(lang, _accepted_at(row)).mrkdwn, time=_took(lang, row)
    )
    by = identified(row.accepted_name or "", row.accepted_domain or row.accepted_tenant_id)
    return Message(
        text=sentence(lang.text("{company} accepted the invitation."), company=name(row.company)).plain,
        blocks=(
            header(lang.text("Accepted: {company}").format(company=clean(row.company))),
            fields(
                field(lang.text("State"), state),
                *sent_and_for(lang, row),
                *((field(lang.text("Accepted as"), by),) if by else ()),
            ),
            context(text_removed(lang)),
            *actions(_card(lang, row), portal_button(lang, portal_url)),
        ),
    )


def acceptance(
    lang: Language, row: Invitation, customer: Customer | None, *, read_at: datetime | None, portal_url: str | None
) -> Message:
    """Tell the sender in the thread who has accepted; the card's fields follow where Microsoft does not answer."""
    words = sentence(
        lang.text("{sender}, {customer} accepted your invitation after {time}."),
        sender=sender(row),
        customer=name(row.accepted_name or row.company) if customer is None else named(customer),
        time=_took(lang, row),
    )
    if customer is not None:
        facts = (*identity(lang, customer), country(lang, customer))
        source = None if read_at is None else read_from(lang, read_at)
    else:
        facts = _known(lang, row)
        source = lang.text("Microsoft does not answer just now; what is missing will follow.")
    return Message(
        text=words.plain,
        blocks=(
            section(words.mrkdwn),
            *((fields(*facts),) if facts else ()),
            *((context(source),) if source else ()),
            *actions(_card(lang, row), portal_button(lang, portal_url)),
        ),
    )


def reminder(lang: Language, row: Invitation, *, working_days: int) -> Message:
    """Remind the sender in the thread that the customer has not accepted yet."""
    words = _not_yet(lang, row) + sentence(
        lang.plural(
            "The invitation is {count} working day old. A short call to their Global Administrator often settles it.",
            "The invitation is {count} working days old. A short call to their Global Administrator often settles it.",
            working_days,
        ),
        count=lang.number(working_days),
    )
    return Message(
        text=words.plain,
        blocks=(
            section(words.mrkdwn),
            *actions(
                button(lang.text("Post again"), ReminderAnswer.POST_AGAIN, row.id),
                button(lang.text("Remind me later"), ReminderAnswer.LATER, row.id),
                close_button(lang, row),
            ),
        ),
    )


def reminder_answered(
    lang: Language, row: Invitation, *, how: ReminderAnswer, by: str, at: datetime, next_at: datetime | None
) -> Message:
    """Return what a reminder becomes once a button of it was pressed."""
    words = _not_yet(lang, row)
    lines = [lang.text(REMINDER_RESULTS[how]).format(person=person(by), when=stamp(lang, at).mrkdwn)]
    if how is not ReminderAnswer.CLOSE and next_at is not None:
        lines.append(lang.text("Next reminder: {day}.").format(day=day_stamp(lang, next_at).mrkdwn))
    return Message(text=words.plain, blocks=(section(words.mrkdwn), context(" ".join(lines))))


def posted_again(lang: Language, row: Invitation) -> Message:
    """Return what the older message becomes; the text and the link stand in the newer one."""
    words = sentence(
        lang.text("Invitation for {company}: posted again, see the newer message."), company=name(row.company)
    )
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def sender(row: Invitation) -> Words:
    """Return who sent the invitation, mentioned so that they hear of it."""
    return Words(mrkdwn=person(row.sender_id), plain=name(row.sender_name).plain)


def _not_yet(lang: Language, row: Invitation) -> Words:
    template = lang.text("{sender}, {company} has not accepted yet.")
    return sentence(template, sender=sender(row), company=name(row.company))


def _card(lang: Language, row: Invitation) -> Block | None:
    return None if row.accepted_tenant_id is None else see_customer_button(lang, row.accepted_tenant_id)


def _known(lang: Language, row: Invitation) -> tuple[Block, ...]:
    """Return what is known of the customer without asking Microsoft."""
    known = ((lang.text("Tenant ID"), row.accepted_tenant_id), (lang.text("Primary domain"), row.accepted_domain))
    return tuple(field(label, code(value)) for label, value in known if value)


def _accepted_at(row: Invitation) -> datetime:
    return row.accepted_at or row.posted_at or row.created_at


def _took(lang: Language, row: Invitation) -> str:
    """Return the time it took in its two largest units, such as "2 days and 4 hours"."""
    took = max(_accepted_at(row) - (row.posted_at or row.created_at), timedelta())
    hours, minutes = divmod(took.seconds // 60, 60)
    parts = {"day": took.days}
    if took.days < DAYS_WITH_HOURS:
        parts["hour"] = hours
    if not took.days:
        parts["minute"] = minutes if hours else max(1, minutes)
    shown = (format_unit(count, f"duration-{unit}", "long", locale=lang.code) for unit, count in parts.items() if count)
    return lang.join(list(shown))
