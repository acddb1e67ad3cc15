"""Failures in words: what is so, what to do next, and the reference under which the log knows more."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.contacts import BOT_ADMINS, Contacts
from bot.context import (
    CannotPost,
    MembersOnly,
    NobodyConfigured,
    NotAllowed,
    NotUnderstood,
    Outdated,
    TooLate,
    TooSlow,
    UnknownCommand,
)
from bot.errors import OperatorError, PartnerBotError, RemoteError
from bot.language import Language, deferred
from bot.partner_center.errors import (
    AlreadyRegistered,
    CustomerNotFound,
    Diagnosis,
    Lack,
    NoRelationship,
    NotAnIndirectProvider,
    RoleMissing,
    SearchRefused,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.partner_center.invitation_link import LinkRefused
from bot.reply import Block, Message
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown
from bot.views import invitations, refusals
from bot.views.blocks import actions, button, context, section
from bot.views.contacts import asking
from bot.views.customer_blocks import customer_button
from bot.views.foreign import Words, clock_stamp, joined, sentence, span, stamp
from bot.views.no_customer import search_again
from bot.views.outdated import outdated
from bot.views.refusals import CONNECT
from bot.views.sign_in import OF_THE_APP, mend, why
from bot.views.support import button_value, support_modal

__all__ = ["failure", "restarting", "support_modal", "waiting", "working"]

CLOCK_ALONE = timedelta(hours=12)
"""For less than this the time of day says when, without the day."""
NAMING = (
    NotAllowed,
    NobodyConfigured,
    CannotPost,
    LinkRefused,
    NotAnIndirectProvider,
    NotUnderstood,
    UnreadableAnswer,
)
"""What is told with the names of whom to ask, besides what only the people who run the bot can mend."""
LACKS = {
    Lack.ROLE: (
        deferred("The bot’s account may not do this in Partner Center."),
        deferred("It needs the role Admin Agent; a Global Administrator of your own organisation can give it."),
    ),
    Lack.PROGRAMME: (
        deferred("Your organisation’s partner programme does not cover this."),
        deferred("Check the enrolment in Partner Center; it may be inactive or of another kind."),
    ),
    Lack.CONDITIONAL_ACCESS: (
        deferred("Conditional Access keeps the bot’s account out of Partner Center."),
        deferred("An administrator of your own organisation can change the policy."),
    ),
    Lack.LOCATION: (
        deferred("Your organisation is not set up to sell in this customer’s country."),
        deferred("Check the countries you may sell in, in Partner Center."),
    ),
}


def failure(
    lang: Language,
    error: Exception,
    *,
    reference: str,
    at: datetime,
    admin: bool = False,
    may_invite: bool = False,
    again: str | None = None,
    contacts: Contacts = BOT_ADMINS,
) -> Message:
    """Return the words for an exception.

    ``admin`` and ``may_invite`` say what the reader may do: settings and commands of the server are for bot admins,
    everyone else is told whom to ask, of the ``contacts``. ``again`` is what [Try again] carries, where trying helps.
    """
    if said := _refusal(lang, error, reference, admin=admin, contacts=contacts):
        return said
    retry = button(lang.text("Try again"), "run_again", again) if again else None
    words, buttons = _explained(lang, error, at, retry, admin=admin, may_invite=may_invite, contacts=contacts)
    marked = sentence(lang.text("Reference {reference}: {when}"), reference=span(reference), when=stamp(lang, at))
    hint = (_enrolment_hint(lang, contacts),) if isinstance(error, NotAnIndirectProvider) else ()
    return Message(
        text=words.plain,
        blocks=(section(words.mrkdwn), context(*hint, marked.mrkdwn), *actions(*buttons)),
    )


def names_contacts(error: Exception) -> bool:
    """Say whether the words for an exception name whom to ask."""
    foreseen = isinstance(error, PartnerBotError) and not isinstance(error, OperatorError)
    return not foreseen or isinstance(error, NAMING)


def with_failed(
    lang: Language,
    message: Message,
    failed: Mapping[str, Exception],
    *,
    at: datetime,
    admin: bool = False,
    contacts: Contacts = BOT_ADMINS,
) -> Message:
    """Return a message of what came, with what did not: ``failed`` says why, by what was asked for."""
    asked: dict[Words, list[str]] = {}
    for subject, error in failed.items():
        words, _ = _explained(lang, error, at, None, admin=admin, may_invite=False, contacts=contacts)
        asked.setdefault(words, []).append(subject)
    lines = [
        sentence(lang.text("Not read: {subjects}."), subjects=_listed(lang, subjects)) + words
        for words, subjects in asked.items()
    ]
    if not lines:
        return message
    after = len(message.blocks) - (message.blocks[-1]["type"] == "actions")
    missing = context(*(line.mrkdwn for line in lines))
    return Message(
        text=" ".join((message.text, *(line.plain for line in lines))),
        blocks=(*message.blocks[:after], missing, *message.blocks[after:]),
    )


def _listed(lang: Language, subjects: Sequence[str]) -> Words:
    return joined([span(subject) for subject in subjects], lang.join)


def working(lang: Language, *, stays: bool) -> Message:
    """Say that the bot is at it; ``stays`` where Slack does not replace the line by the answer."""
    text = lang.text("Asking Microsoft; the answer comes below.") if stays else lang.text("Asking Microsoft…")
    return Message(text=text, blocks=(context(text),))


def waiting(lang: Language, seconds: float) -> Message:
    """Say that the bot waits for its own limiter."""
    text = lang.text("Waiting {seconds} s: Microsoft allows 500 requests a minute.").format(
        seconds=_seconds(lang, seconds)
    )
    return Message(text=text, blocks=(context(text),))


def overloaded(lang: Language) -> Message:
    """Say that too much is asked of the bot at once."""
    text = lang.text("I am very busy right now. Please try again in a minute.")
    return Message(text=text, blocks=(section(text),))


def restarting(lang: Language) -> Message:
    """Say that the bot is shutting down."""
    text = lang.text("The bot is restarting. Run the command again in a minute.")
    return Message(text=text, blocks=(section(text),))


def _refusal(lang: Language, error: Exception, reference: str, *, admin: bool, contacts: Contacts) -> Message | None:
    """Return the words for what needs no look into the log: the person can put it right."""
    match error:
        case UnknownCommand(typed=typed, nearest=nearest):
            return refusals.unknown_command(lang, typed, nearest)
        case NotAllowed(doing=doing, needed=role):
            return refusals.not_allowed(lang, doing, role, admin=admin, contacts=contacts)
        case NobodyConfigured(doing=doing):
            return refusals.nobody_configured(lang, doing, contacts=contacts)
        case MembersOnly():
            return refusals.members_only(lang)
        case TooLate():
            return refusals.too_late(lang)
        case TooSlow():
            return refusals.too_slow(lang)
        case Outdated(now=now):
            return outdated(lang, now)
        case CannotPost(channel=channel, reason=reason):
            return invitations.cannot_post(lang, channel, reason=reason, contacts=contacts)
        case LinkRefused():
            return invitations.link_refused(lang, error, reference=reference, contacts=contacts)
        case _:
            return None


Buttons = tuple[Block | None, ...]


def _explained(
    lang: Language,
    error: Exception,
    at: datetime,
    retry: Block | None,
    *,
    admin: bool,
    may_invite: bool,
    contacts: Contacts,
) -> tuple[Words, Buttons]:
    match error:
        case CustomerNotFound() | NoRelationship() | NotAnIndirectProvider() | SearchRefused():
            return _about_customer(lang, error, may_invite=may_invite)
        case SignInRefused() | WrongKindOfSignIn() | AlreadyRegistered():
            return _set_up(lang, error, admin=admin, contacts=contacts), ()
        case RoleMissing(lack=lack, diagnosis=diagnosis):
            first, rest = LACKS[lack]
            return _said(lang.text(first), lang.text(rest)), (_for_support(lang, diagnosis),)
        case Throttled(retry_after=seconds):
            wait = timedelta(seconds=max(1, math.ceil(seconds)))
            waits = sentence(lang.text("Microsoft asks the bot to wait {duration}."), duration=lang.duration(wait))
            when = clock_stamp(lang, at + wait) if wait < CLOCK_ALONE else stamp(lang, at + wait)
            then = sentence(lang.text("Try again after {time}."), time=when)
            return waits.strong + then, (retry,)
        case Unavailable(attempts=attempts, diagnosis=diagnosis):
            words = _said(lang.text("Partner Center is not answering."), _tries(lang, attempts))
            return words, (retry, _for_support(lang, diagnosis))
        case UnreadableAnswer(diagnosis=diagnosis):
            words = sentence(lang.text("Partner Center sent an answer the bot cannot read.")).strong
            return words + _if_it_stays(lang, contacts), (retry, _for_support(lang, diagnosis))
        case DatabaseUnavailable() | RemoteError():
            return _for_now(lang, error, retry, contacts)
        case _:
            words = sentence(lang.text("The bot stopped on an error of its own.")).strong
            return words + asking(lang, lang.text("Give the reference to {people}."), contacts), (retry,)


def _for_now(
    lang: Language, error: DatabaseUnavailable | RemoteError, retry: Block | None, contacts: Contacts
) -> tuple[Words, Buttons]:
    if isinstance(error, NotUnderstood):
        words = sentence(lang.text("The bot cannot read what Slack sent.")).strong
        return words + _if_it_stays(lang, contacts), ()
    if isinstance(error, OutcomeUnknown):
        words = _said(
            lang.text("It is not certain whether this was saved."),
            lang.text("Look whether it is there before you try again."),
        )
        return words, (retry,)
    return _said(lang.text(_unanswered(error)), lang.text("Try again in a few minutes.")), (retry,)


def _if_it_stays(lang: Language, contacts: Contacts) -> Words:
    return asking(lang, lang.text("Try again; if it stays, give the reference to {people}."), contacts)


def _unanswered(error: Exception) -> str:
    """Return what does not work for now: the database, or Slack, whose errors are the remote ones left."""
    if not isinstance(error, DatabaseUnavailable):
        return deferred("Slack is not answering the bot.")
    if error.writing:
        return deferred("This cannot be saved right now. Nothing was sent.")
    return deferred("The bot cannot look this up right now.")


def _about_customer(
    lang: Language,
    error: CustomerNotFound | NoRelationship | NotAnIndirectProvider | SearchRefused,
    *,
    may_invite: bool,
) -> tuple[Words, Buttons]:
    tenant_id = error.diagnosis.customer_tenant_id if error.diagnosis else None
    customer = span(tenant_id) if tenant_id else sentence(lang.text("this ID"))
    match error:
        case CustomerNotFound():
            words = _said(
                lang.text("None of your customers has this tenant ID."),
                lang.text(
                    "Partner Center does not know {id}, or it is not your customer yet. "
                    "Check the ID, or invite the company."
                ),
                id=customer,
            )
            return words, (search_again(lang), _invite(lang) if may_invite else None)
        case NoRelationship():
            words = _said(
                lang.text("You have no relationship with this customer."),
                lang.text("Microsoft shows nothing about {id} until the customer accepts your invitation."),
                id=customer,
            )
            return words, (_invite(lang, primary=True) if may_invite else None,)
        case NotAnIndirectProvider():
            words = _said(
                lang.text("Microsoft answers this only for indirect providers."),
                lang.text("Your partner account sells directly, so there is no list of partners."),
            )
            return words, (customer_button(lang, tenant_id) if tenant_id else None,)
        case _:
            words = _said(
                lang.text("Microsoft did not take this search."),
                lang.text("Search for the start of the name, the domain or the tenant ID."),
            )
            return words, (search_again(lang),)


def _set_up(
    lang: Language, error: SignInRefused | WrongKindOfSignIn | AlreadyRegistered, *, admin: bool, contacts: Contacts
) -> Words:
    """Return what is wrong with how the bot is set up: how to mend it for a bot admin, else whom to ask."""
    match error:
        case SignInRefused():
            return _sign_in(lang, error, admin=admin, contacts=contacts)
        case WrongKindOfSignIn():
            first = lang.text("The bot’s sign-in is of the wrong kind for Partner Center.")
            how = lang.text("Check {setting}, then sign in again with {command} on the server.")
            mending = sentence(how, setting=span("PARTNER_CENTER_CLOUD"), command=span(CONNECT))
            ask = lang.text("Ask {people} to check how the bot is set up and to sign it in again.")
        case _:
            first = lang.text("Partner Center has a webhook registration already, and there can be only one.")
            how = lang.text("Run {command} on the server to see whose it is.")
            mending = sentence(how, command=span("python -m bot webhook show"))
            ask = lang.text("Ask {people} to see whose it is.")
    return sentence(first).strong + (mending if admin else asking(lang, ask, contacts))


def _sign_in(lang: Language, error: SignInRefused, *, admin: bool, contacts: Contacts) -> Words:
    if error.cause is SignInCause.NEVER_SIGNED_IN:
        first = sentence(lang.text("The bot is not signed in to Microsoft yet.")).strong
    else:
        first = sentence(lang.text("Microsoft no longer accepts the bot’s sign-in:")).strong + why(lang, error)
    return first + (mend(lang, error.cause) if admin else asking(lang, lang.text(_whom(error.cause)), contacts))


def _whom(cause: SignInCause) -> str:
    """Return what to ask whom, for everyone but bot admins."""
    if cause is SignInCause.NEVER_SIGNED_IN:
        return deferred("Ask {people} to sign the bot in.")
    if cause is SignInCause.CONDITIONAL_ACCESS:
        return deferred("Ask {people} to have the policy changed.")
    if cause in OF_THE_APP:
        return deferred("Ask {people} to mend how the bot is registered at Microsoft.")
    return deferred("Ask {people} to sign the bot in again.")


def _said(first: str, rest: str, **values: Words | str) -> Words:
    """Return two sentences, the first in bold and free of foreign text."""
    return sentence(first).strong + sentence(rest, **values)


def _tries(lang: Language, attempts: int) -> str:
    """Return how often the bot tried, where that says more than the failure does, and what to do."""
    later = lang.text("Try again in a few minutes.")
    if attempts < 2:  # noqa: PLR2004
        return later
    tried = lang.plural("The bot tried once.", "The bot tried {count} times.", attempts)
    return f"{tried.format(count=lang.number(attempts))} {later}"


def _enrolment_hint(lang: Language, contacts: Contacts) -> str:
    """Return what to do about 1002 where it is wrong."""
    template = lang.text("If you are an indirect provider, ask {people} to check the enrolment.")
    return asking(lang, template, contacts).mrkdwn


def _seconds(lang: Language, seconds: float) -> str:
    return lang.number(max(1, math.ceil(seconds)))


def _invite(lang: Language, *, primary: bool = False) -> Block:
    return button(lang.text("Invite customer"), "invite_customer", style="primary" if primary else None)


def _for_support(lang: Language, diagnosis: Diagnosis | None) -> Block | None:
    if diagnosis is None:
        return None
    value = button_value(diagnosis)
    return button(lang.text("Copy for support"), "copy_for_support", value) if value else None
