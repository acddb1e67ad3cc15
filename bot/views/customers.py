"""Customers in words: the card, full and reduced, and the window that asks which customer."""

from datetime import datetime
from typing import Literal

from bot.finding import OneCustomer
from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Message, Modal
from bot.views.blocks import actions, button, context, fields, section
from bot.views.customer_blocks import name_header, portal_button, read_from
from bot.views.customer_choice import LONGEST_QUERY, beside
from bot.views.customer_fields import country, details, identity, in_a_line, with_domain, withholds
from bot.views.foreign import channel, person, sentence, span, stamp
from bot.views.inputs import input_block, text_input
from bot.views.no_customer import invite_button


def card(
    lang: Language,
    customer: Customer,
    *,
    read_at: datetime,
    may_invite: bool,
    may_share: bool,
    portal_url: str,
    shared_in: str | None = None,
    found: OneCustomer | None = None,
) -> Message:
    """Return the full card, for the eyes of whoever asked.

    ``shared_in`` is the channel it was just shared in, ``found`` how a search led to it.
    """
    lines = [read_from(lang, read_at)]
    if withholds(customer):
        lines.append(
            lang.text("Microsoft shows address, e-mail and other domains only where you have delegated access.")
        )
    if shared_in is not None:
        shared = lang.text("Shared in {channel}: {when}")
        lines.append(shared.format(channel=channel(shared_in), when=stamp(lang, read_at).mrkdwn))
    share = button(lang.text("Share in channel"), "share_customer", customer.id)
    return Message(
        text=lang.text("{customer}: {facts}.").format(
            customer=with_domain(lang, customer), facts=in_a_line(lang, customer)
        ),
        blocks=(
            *name_header(customer),
            fields(*identity(lang, customer)),
            fields(country(lang, customer), *details(lang, customer)),
            context(*lines),
            *beside(lang, found),
            *actions(
                button(lang.text("Relationships"), "show_relationships", customer.id),
                share if may_share and shared_in is None else None,
                invite_button(lang, customer.domain or customer.name or "") if may_invite else None,
                portal_button(lang, portal_url),
            ),
        ),
    )


def reduced_card(
    lang: Language,
    customer: Customer,
    *,
    read_at: datetime,
    portal_url: str,
    shared_by: str | None = None,
    found: OneCustomer | None = None,
) -> Message:
    """Return the card for everyone: never a person, e-mail, phone, street or billing."""
    line = read_from(lang, read_at)
    if shared_by is not None:
        shared = lang.text("Shared by {person}.").format(person=person(shared_by))
        line = f"{shared} {line}"
    return Message(
        text=lang.text("{customer}: customer card.").format(customer=with_domain(lang, customer)),
        blocks=(
            *name_header(customer),
            fields(*identity(lang, customer), country(lang, customer)),
            context(line),
            *beside(lang, found),
            *actions(
                button(lang.text("See full card"), "see_customer", customer.id),
                portal_button(lang, portal_url),
            ),
        ),
    )


def share_refused(lang: Language, *, known: bool = True) -> Message:
    """Say that customer cards stay out of channels that others read, or may: ``known`` says whether Slack told."""
    if known:
        template = lang.text(
            "Other organisations can read this channel, so customer cards stay out of it. "
            "Share it in a channel of your own."
        )
    else:
        template = lang.text(
            "The bot cannot see who reads this channel, so customer cards stay out of it. "
            "Type {command} there, then try again."
        )
    words = sentence(template, command=span("/invite @Partner Bot"))
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def nothing_in_message(lang: Language) -> Message:
    """Say that the message of a shortcut names no customer."""
    return _ask(lang, lang.text("That message has no tenant ID and no domain."))


def which_customer(lang: Language) -> Message:
    """Ask back where no window can open: a mention without an argument."""
    return _ask(lang, lang.text("Which customer? Add an ID, a domain or a name."))


def names_nobody(lang: Language) -> Message:
    """Say that people and channels of Slack are no customers."""
    return _ask(
        lang, lang.text("That names people or a channel in Slack, not a customer. Add an ID, a domain or a name.")
    )


def _ask(lang: Language, text: str) -> Message:
    find = button(lang.text("Find a customer"), "find_customer", style="primary")
    return Message(text=text, blocks=(section(text), *actions(find)))


def find_modal(lang: Language, *, purpose: Literal["customer", "relationships"]) -> Modal:
    """Return the window that asks which customer; ``memory`` is the command it is for."""
    return Modal(
        callback_id="find_customer",
        title=lang.text("Find a customer"),
        submit=lang.text("Search"),
        close=lang.text("Cancel"),
        memory=purpose,
        blocks=(
            input_block(
                "query",
                lang.text("Tenant ID, domain or name"),
                text_input(placeholder="contoso.com", longest=LONGEST_QUERY),
            ),
        ),
    )


def nothing_typed(lang: Language) -> str:
    """Return what stands under the empty box of that window."""
    return lang.text("Type an ID, a domain or a name.")
