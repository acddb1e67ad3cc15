"""How the bot is doing: a sentence for everyone, the account of it for those who run it."""

from datetime import datetime

from bot.contacts import BOT_ADMINS, Contacts
from bot.context import Status
from bot.language import Language
from bot.reply import Message
from bot.storage.queue_waits import QueueWaits
from bot.views.blocks import actions, button, context, field, fields, section
from bot.views.contacts import asking
from bot.views.foreign import Words, ago_stamp, channel, clock_stamp, code, person, sentence, span, stamp
from bot.views.refusals import CONNECT
from bot.views.subscriptions.words import reason

REQUESTS = 500
"""Microsoft takes so many a minute of one tenant."""
NAMES_SHOWN = 5
PEOPLE = ("U", "W")
"""How the ids of people begin, to whom the bot writes directly."""


def line(lang: Language, status: Status, *, contacts: Contacts = BOT_ADMINS) -> Message:
    """Say whether the bot works, or what does not and whom to tell: nobody hears of it by themselves."""
    words = _said(lang, status)
    if not status.works:
        words += asking(lang, lang.text("Nobody has been told yet: tell {people}."), contacts)
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def outsiders_line(lang: Language, status: Status) -> Message:
    """Say to a guest, or to a person of another organisation, whether the bot works and nothing more."""
    text = (
        lang.text("Partner Bot is working.")
        if status.works
        else lang.text("Partner Bot does not fully work right now.")
    )
    return Message(text=text, blocks=(section(text),))


def full(lang: Language, status: Status) -> Message:
    """Return the same with what an admin of the bot needs to know."""
    said = _said(lang, status)
    notes = _notes(lang, status)
    return Message(
        text=said.plain,
        blocks=(
            section(said.mrkdwn),
            fields(
                field(lang.text("Sign-in"), _sign_in(lang, status)),
                field(lang.text("Last check"), _last_check(lang, status)),
                field(lang.text("Last webhook"), _at(lang, status.webhook_at)),
                field(lang.text("Waiting"), lang.number(status.waiting)),
                field(lang.text("Given up"), lang.number(status.given_up)),
                field(lang.text("Paused"), _paused(lang, status.paused)),
                field(lang.text("Requests left"), _requests(lang, status.requests_left)),
                field(lang.text("After a crash"), _after_crash(lang, history=status.history)),
            ),
            *((context(*notes),) if notes else ()),
            *actions(button(lang.text("What channels follow"), "follows_page", "all:0")),
        ),
    )


def _said(lang: Language, status: Status) -> Words:
    trouble = _trouble(lang, status)
    waits = status.waits
    if status.slack_refuses is not None or not waits.count or waits.until is None:
        return trouble or _ours(lang.text("Partner Bot is working."))
    if waits.slack_asked:
        wait = lang.plural(
            "Messages to {count} channel wait until about {time} because Slack asked for a pause.",
            "Messages to {count} channels wait until about {time} because Slack asked for a pause.",
            waits.count,
        )
    else:
        wait = lang.plural(
            "Messages to {count} channel wait until about {time}.",
            "Messages to {count} channels wait until about {time}.",
            waits.count,
        )
    said = sentence(wait, count=lang.number(waits.count), time=clock_stamp(lang, waits.until))
    said += _ours(lang.text("Partner Bot sends them by itself then."))
    return said if trouble is None else trouble + said


def _ours(text: str) -> Words:
    return Words(mrkdwn=text, plain=text)


def _trouble(lang: Language, status: Status) -> Words | None:
    if status.slack_refuses is not None:
        return _ours(lang.text("Partner Bot answers, but Slack takes no messages from it. Notices wait."))
    if not status.sign_in_works:
        refused = lang.text(
            "Partner Bot answers, but Microsoft does not accept its sign-in: it cannot look up customers, "
            "and notices are late."
        )
        return _ours(refused)
    if not status.poll_works:
        return _ours(lang.text("Partner Bot answers, but notices are late: the last check of Partner Center failed."))
    return None


def _notes(lang: Language, status: Status) -> list[str]:
    """Return what an admin can do about what is not as it should be."""
    notes = []
    if status.slack_refuses is not None:
        why = lang.text("No message is taken because {reason}. Check the app’s installation; the log has Slack’s word.")
        notes.append(sentence(why, reason=reason(lang, status.slack_refuses)).mrkdwn)
    if not status.sign_in_works:
        mend = lang.text("Run {command} on the server; no restart is needed.")
        notes.append(sentence(mend, command=span(CONNECT)).mrkdwn)
    if status.polls and not status.poll_works:
        notes.append(lang.text("The bot checks again by itself; its log names the cause."))
    if status.waits.listed:
        notes.append(_waits(lang, status.waits))
    if status.signing_secret_fails:
        fits = lang.text(
            "No delivery of Slack fits {setting}: copy the signing secret from the app’s page at Slack, and restart."
        )
        notes.append(sentence(fits, setting=span("SLACK_SIGNING_SECRET")).mrkdwn)
    if not status.history:
        allow = lang.text("To rule out notices that come twice, give the app {scopes} and install it again.")
        notes.append(allow.format(scopes=lang.join([code("channels:history"), code("groups:history")])))
    if status.unknown_events:
        shown = [code(name, 60) for name in status.unknown_events[:NAMES_SHOWN]]
        shown += _others(lang, len(status.unknown_events) - len(shown))
        unknown = lang.text("Microsoft sends events that this release does not know: {names}.")
        notes.append(unknown.format(names=lang.join(shown)))
    return notes


def _waits(lang: Language, waits: QueueWaits) -> str:
    shown = []
    for wait in waits.listed[:NAMES_SHOWN]:
        where = person if wait.conversation_id.startswith(PEOPLE) else channel
        until = lang.text("{channel} until {time}")
        shown.append(until.format(channel=where(wait.conversation_id), time=clock_stamp(lang, wait.until).mrkdwn))
    shown += _others(lang, waits.count - len(shown))
    return lang.text("Messages wait: {channels}.").format(channels=lang.join(shown))


def _others(lang: Language, count: int) -> list[str]:
    if count <= 0:
        return []
    return [lang.plural("{count} other", "{count} others", count).format(count=lang.number(count))]


def _sign_in(lang: Language, status: Status) -> str:
    if status.signed_in_at is None:
        return lang.text("Never")
    template = {
        True: lang.text("{when}, with MFA"),
        False: lang.text("{when}, without MFA"),
        None: lang.text("{when}, MFA unknown"),
    }[status.mfa]
    return template.format(when=ago_stamp(lang, status.signed_in_at).mrkdwn)


def _last_check(lang: Language, status: Status) -> str:
    if not status.polls:
        return lang.text("Switched off")
    when = _at(lang, status.polled_at)
    return when if status.poll_works else lang.text("{when}, failed").format(when=when)


def _at(lang: Language, at: datetime | None) -> str:
    return lang.text("None yet") if at is None else stamp(lang, at).mrkdwn


def _paused(lang: Language, count: int) -> str:
    return lang.plural("{count} channel", "{count} channels", count).format(count=lang.number(count))


def _requests(lang: Language, left: int) -> str:
    template = lang.text("{left} of {all} this minute")
    return template.format(left=lang.number(left), all=lang.number(REQUESTS))


def _after_crash(lang: Language, *, history: bool) -> str:
    if history:
        return lang.text("Channel history is checked: no duplicates")
    return lang.text("No history permission: a notice may come twice")
