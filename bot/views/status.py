"""How the bot is doing: a sentence for everyone, the account of it for those who run it."""

from datetime import datetime

from bot.context import Status
from bot.language import Language
from bot.reply import Message
from bot.views.blocks import actions, button, context, field, fields, section
from bot.views.foreign import ago_stamp, code, sentence, span, stamp
from bot.views.refusals import CONNECT

REQUESTS = 500
"""Microsoft takes so many a minute of one tenant."""
NAMES_SHOWN = 5


def line(lang: Language, status: Status) -> Message:
    """Say whether the bot works, or what does not."""
    text = _said(lang, status)
    return Message(text=text, blocks=(section(text),))


def full(lang: Language, status: Status) -> Message:
    """Return the same with what an admin of the bot needs to know."""
    text = _said(lang, status)
    notes = _notes(lang, status)
    return Message(
        text=text,
        blocks=(
            section(text),
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


def _said(lang: Language, status: Status) -> str:
    if status.slack_refuses is not None:
        template = lang.text(
            "Partner Bot answers, but Slack takes no messages from it: {reason}. Notices wait. Bot admins must act."
        )
        return template.format(reason=code(status.slack_refuses))
    if not status.sign_in_works:
        return lang.text(
            "Partner Bot answers, but Microsoft does not accept its sign-in: it cannot look up customers, "
            "and notices are late. Bot admins know."
        )
    if not status.poll_works:
        return lang.text(
            "Partner Bot answers, but notices are late: the last check of Partner Center failed. Bot admins know."
        )
    return lang.text("Partner Bot is working.")


def _notes(lang: Language, status: Status) -> list[str]:
    """Return what an admin can do about what is not as it should be."""
    notes = []
    if not status.sign_in_works:
        mend = lang.text("Run {command} on the server; no restart is needed.")
        notes.append(sentence(mend, command=span(CONNECT)).mrkdwn)
    if status.polls and not status.poll_works:
        notes.append(lang.text("The bot checks again by itself; its log names the cause."))
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
        rest = len(status.unknown_events) - len(shown)
        if rest:
            more = lang.plural("{count} other", "{count} others", rest)
            shown.append(more.format(count=lang.number(rest)))
        unknown = lang.text("Microsoft sends events that this release does not know: {names}.")
        notes.append(unknown.format(names=lang.join(shown)))
    return notes


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
