"""Examples of what becomes of an invitation once it is posted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain import event_kinds
from bot.domain.invitations import CHANNEL_ARCHIVED, Invitation, InvitationState
from bot.language import Language
from bot.reply import Message, Modal
from bot.views import invitations
from bot.views.invitations import ReminderAnswer
from tests.views.event_samples import event, hostile_event
from tests.views.samples import AT, HOSTILE, PORTAL, customer, hostile_customer, invitation

ACCEPTED = invitation(InvitationState.ACCEPTED)
WAITING = invitation(reminders=1, days=7, number=2)
NORTHWIND = invitation(company="Northwind", domain="northwind.example")
BY_NAME = invitation(company="Northwind", domain=None)
TRADERS = customer("Northwind Traders", domain="northwindtraders.example")
HOSTILE_ONE = invitation(InvitationState.ACCEPTED, company=HOSTILE, sender=HOSTILE, domain=HOSTILE, accepted_by=HOSTILE)


def _acceptance(lang: Language, row: Invitation, *, answers: bool = True) -> Message:
    return invitations.acceptance(
        lang, row, customer() if answers else None, read_at=AT if answers else None, portal_url=PORTAL
    )


def _is_this_them(lang: Language, *rows: Invitation, answers: bool = True) -> Message:
    return invitations.is_this_them(
        lang, rows, event(customer="Northwind Traders"), TRADERS if answers else None, ask=rows[0]
    )


def _several(count: int, company: str = "Northwind") -> tuple[Invitation, ...]:
    return tuple(invitation(company=company, domain=None, number=number) for number in range(count))


def _answer(how: ReminderAnswer) -> Callable[[Language], Message]:
    return lambda lang: invitations.reminder_answered(
        lang, WAITING, how=how, by="U0TOM", at=AT, next_at=AT + timedelta(days=14)
    )


def _took(**time: int) -> Callable[[Language], Message]:
    assert ACCEPTED.posted_at is not None
    row = replace(ACCEPTED, accepted_at=ACCEPTED.posted_at + timedelta(**time))
    return lambda lang: invitations.accepted(lang, row, portal_url=PORTAL)


EXAMPLES: Mapping[str, Callable[[Language], Message | Modal]] = {
    "invitations.accepted": lambda lang: invitations.accepted(lang, ACCEPTED, portal_url=PORTAL),
    "invitations.accepted by another": lambda lang: invitations.accepted(
        lang, invitation(InvitationState.ACCEPTED, domain=None, accepted_by="Contoso Group"), portal_url=None
    ),
    "invitations.accepted at once": _took(seconds=3),
    "invitations.accepted within hours": _took(hours=3, minutes=20),
    "invitations.accepted after weeks": _took(days=17, hours=5),
    "invitations.accepted hostile": lambda lang: invitations.accepted(lang, HOSTILE_ONE, portal_url=PORTAL),
    "invitations.accepted where others read": lambda lang: invitations.accepted(
        lang, replace(ACCEPTED, external_channel=True), portal_url=PORTAL
    ),
    "invitations.over": invitations.over,
    "invitations.acceptance": lambda lang: _acceptance(lang, ACCEPTED),
    "invitations.acceptance unanswered": lambda lang: _acceptance(lang, ACCEPTED, answers=False),
    "invitations.acceptance hostile": lambda lang: invitations.acceptance(
        lang, HOSTILE_ONE, hostile_customer(), read_at=AT, portal_url=PORTAL
    ),
    "invitations.is_this_them": lambda lang: _is_this_them(lang, NORTHWIND),
    "invitations.is_this_them by name alone": lambda lang: _is_this_them(lang, BY_NAME),
    "invitations.is_this_them unanswered": lambda lang: _is_this_them(lang, NORTHWIND, answers=False),
    "invitations.is_this_them two fit": lambda lang: _is_this_them(lang, *_several(2)),
    "invitations.is_this_them many fit": lambda lang: _is_this_them(lang, *_several(12)),
    "invitations.is_this_them hostile": lambda lang: invitations.is_this_them(
        lang,
        (HOSTILE_ONE,) * 9,
        hostile_event(event_kinds.RELATIONSHIP_ACCEPTED, HOSTILE),
        hostile_customer(),
        ask=HOSTILE_ONE,
    ),
    "invitations.answered yes": lambda lang: invitations.answered(lang, same=True, by="U0TOM", at=AT, row=NORTHWIND),
    "invitations.answered no": lambda lang: invitations.answered(lang, same=False, by="U0TOM", at=AT, row=NORTHWIND),
    "invitations.answered neither": lambda lang: invitations.answered(lang, same=False, by="U0TOM", at=AT, row=None),
    "invitations.reminder": lambda lang: invitations.reminder(lang, WAITING, working_days=5),
    "invitations.reminder hostile": lambda lang: invitations.reminder(lang, HOSTILE_ONE, working_days=1),
    **{f"invitations.reminder_answered {how}": _answer(how) for how in ReminderAnswer},
    "invitations.posted_again": lambda lang: invitations.posted_again(lang, WAITING),
    "invitations.link_modal": lambda lang: invitations.link_modal(lang, event(), (NORTHWIND, WAITING)),
    "invitations.link_modal none": lambda lang: invitations.link_modal(lang, event(), ()),
    "invitations.link_modal hostile": lambda lang: invitations.link_modal(
        lang, hostile_event(event_kinds.CUSTOMER_ADDED, HOSTILE), _several(130, HOSTILE)
    ),
    "invitations.linked": lambda lang: invitations.linked(lang, WAITING, "U0TOM"),
    "invitations.closed channel archived": lambda lang: invitations.closed(
        lang, invitation(InvitationState.CLOSED, reason=CHANNEL_ARCHIVED)
    ),
}
