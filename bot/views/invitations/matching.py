"""Which invitation a new customer has accepted, where only a person can tell: on a name alone nothing is claimed."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.events import Event
from bot.domain.invitations import Invitation
from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Block, Message, Modal
from bot.views.blocks import actions, button, context, field, fields, menu, option, section
from bot.views.customer_fields import country, title
from bot.views.foreign import (
    IN_SENTENCE,
    Words,
    clean,
    day_stamp,
    identified,
    name,
    person,
    sentence,
    stamp,
    utc_day,
)
from bot.views.inputs import input_block
from bot.views.invitations.life import sender

CHOICES = 7
"""Invitations to choose from by a button; with [Neither] they make two rows of four."""
ROW = 4
OPTIONS = 100
"""Slack takes so many in a menu."""


def is_this_them(
    lang: Language, rows: Sequence[Invitation], event: Event, customer: Customer | None, *, ask: Invitation
) -> Message:
    """Ask the sender of ``ask``, in its thread, which of the ``rows`` the new customer belongs to."""
    rows = rows[:CHOICES] or (ask,)
    if len(rows) > 1:
        question = sentence(
            lang.text(
                "{sender}, a new customer accepted an invitation, and {count} of those sent fit. Which one is it?"
            ),
            sender=sender(ask),
            count=lang.number(len(rows)),
        )
    elif ask.expected_domain is not None:
        template = lang.text(
            "{sender}, a new customer accepted an invitation. The name fits yours, the domain does not. Is this them?"
        )
        question = sentence(template, sender=sender(ask))
    else:
        template = lang.text(
            "{sender}, a new customer accepted an invitation. "
            "The name fits yours, which was sent without a domain. Is this them?"
        )
        question = sentence(template, sender=sender(ask))
    return Message(
        text=question.plain,
        blocks=(
            section(question.mrkdwn),
            fields(
                field(lang.text("You invited"), "\n".join(_invited(lang, rows))),
                field(lang.text("Accepted by"), _accepted(event, customer)),
                field(lang.text("When"), stamp(lang, event.happened_at).mrkdwn),
                *(() if customer is None else (country(lang, customer),)),
            ),
            context(lang.text("Nothing is marked as accepted until someone answers.")),
            *_answers(lang, rows, event, ask),
        ),
    )


def answered(lang: Language, *, same: bool, by: str, at: datetime, row: Invitation | None) -> Message:
    """Return what the question becomes; ``row`` is the invitation that was, or was not, the customer's."""
    company = name("" if row is None else row.company)
    if row is None:
        words = sentence(lang.text("A new customer accepted an invitation; it is none of these."))
    elif same:
        words = sentence(lang.text("A new customer accepted the invitation for {company}."), company=company)
    else:
        template = lang.text("A new customer accepted an invitation; it is not the one for {company}.")
        words = sentence(template, company=company)
    line = lang.text("Answered by {person}: {answer}, {when}.").format(
        person=person(by),
        answer=lang.text("same customer") if same else lang.text("another customer"),
        when=stamp(lang, at).mrkdwn,
    )
    return Message(text=words.plain, blocks=(section(words.mrkdwn), context(line)))


def link_modal(lang: Language, event: Event, rows: Sequence[Invitation]) -> Modal:
    """Return the window that links a new customer to one of the invitations that wait."""
    template = lang.text("Which invitation did {customer} accept?")
    options = [_option(lang, row) for row in rows[:OPTIONS]]
    choice = menu("invitation", options, None, lang.text("Waiting invitations"))
    return Modal(
        callback_id="link_acceptance",
        title=lang.text("Link an invitation"),
        submit=lang.text("Link") if options else None,
        close=lang.text("Cancel"),
        memory=event.id,
        blocks=(
            section(sentence(template, customer=name(_name(event, None))).mrkdwn),
            input_block("invitation", lang.text("Invitation"), choice)
            if options
            else section(lang.text("No invitation is waiting.")),
        ),
    )


def linked(lang: Language, row: Invitation, by: str) -> Message:
    """Say who linked a new customer to an invitation."""
    words = sentence(
        lang.text("{person} linked the new customer to the invitation for {company}."),
        person=Words(mrkdwn=person(by), plain=lang.text("A colleague")),
        company=name(row.company),
    )
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def _invited(lang: Language, rows: Sequence[Invitation]) -> list[str]:
    """Return a line for each invitation, numbered where there are several."""
    lines = []
    for number, row in enumerate(rows, start=1):
        line = identified(row.company, row.expected_domain, IN_SENTENCE)
        if len(rows) > 1:
            day = day_stamp(lang, row.posted_at or row.created_at).mrkdwn
            line = f"{number}. {line}, {person(row.sender_id)}, {day}"
        lines.append(line)
    return lines


def _accepted(event: Event, customer: Customer | None) -> str:
    exact = event.customer_id if customer is None else customer.domain or customer.id
    return identified(_name(event, customer), exact)


def _name(event: Event, customer: Customer | None) -> str:
    return (clean(event.customer_name or "") or event.customer_id or "–") if customer is None else title(customer)


def _answers(lang: Language, rows: Sequence[Invitation], event: Event, ask: Invitation) -> tuple[Block, ...]:
    """Return yes and no for one invitation; for several a button each, and one for none of them."""

    def yes(index: int, row: Invitation, label: str) -> Block:
        return button(
            label,
            f"same_customer:{index}",
            f"{event.id} {row.id}",
            style=None if len(rows) > 1 else "primary",
            accessibility_label=lang.text("Same customer: {company}").format(company=clean(row.company)),
        )

    if len(rows) == 1:
        buttons = [yes(0, rows[0], lang.text("Yes, same customer"))]
        no = lang.text("No, someone else")
    else:
        buttons = [yes(index, row, clean(f"{index + 1}. {row.company}", 24)) for index, row in enumerate(rows)]
        no = lang.text("Neither") if len(rows) == 2 else lang.text("None of these")  # noqa: PLR2004
    buttons.append(button(no, "other_customer", f"{event.id} {ask.id}"))
    return tuple(row for start in range(0, len(buttons), ROW) for row in actions(*buttons[start : start + ROW]))


def _option(lang: Language, row: Invitation) -> Block:
    sent = utc_day(lang, row.posted_at or row.created_at)
    return option(f"{clean(row.company, 30)}, {clean(row.sender_name, 20)}, {sent}", row.id)
