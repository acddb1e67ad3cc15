"""Customers in words: the card, full and reduced, the choice of several, and searches that found nothing."""

from datetime import datetime
from typing import Literal

from bot.finding import CustomerQuery, Domain, Name
from bot.language import Language
from bot.partner_center.models import Customer, CustomerMatches
from bot.reply import Block, Message, Modal
from bot.views.blocks import actions, button, context, fields, section
from bot.views.customer_blocks import name_header, portal_button, read_from
from bot.views.customer_fields import country, details, identity, in_a_line, title, with_domain, withholds
from bot.views.foreign import Words, channel, clean, code, escape, person, sentence, span, stamp
from bot.views.gaps import incomplete
from bot.views.inputs import input_block, text_input

CHOICES = 10
LONGEST_QUERY = 300


def card(
    lang: Language,
    customer: Customer,
    *,
    read_at: datetime,
    may_invite: bool,
    may_share: bool,
    portal_url: str,
    shared_in: str | None = None,
) -> Message:
    """Return the full card, for the eyes of whoever asked; ``shared_in`` is the channel it was just shared in."""
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
            *actions(
                button(lang.text("Relationships"), "show_relationships", customer.id),
                share if may_share and shared_in is None else None,
                _invite(lang, customer.domain or customer.name or "") if may_invite else None,
                portal_button(lang, portal_url),
            ),
        ),
    )


def reduced_card(
    lang: Language, customer: Customer, *, read_at: datetime, portal_url: str, shared_by: str | None = None
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


def not_one(
    lang: Language,
    query: CustomerQuery,
    matches: CustomerMatches,
    *,
    may_invite: bool,
    action: Literal["show_customer", "show_relationships"] = "show_customer",
) -> Message:
    """Return the choice of several customers, or say that there is none."""
    if not matches.items:
        return no_hit(lang, query, may_invite=may_invite)
    return choice(lang, query.value, matches, action=action)


def choice(
    lang: Language,
    query: str,
    matches: CustomerMatches,
    *,
    action: Literal["show_customer", "show_relationships"] = "show_customer",
) -> Message:
    """Return the first ten of several customers, each with a button; ``query`` is empty for those of a message."""
    shown, hidden = matches.items[:CHOICES], max(0, len(matches.items) - CHOICES)
    words = _count(lang, query, matches)
    rows = tuple(
        section(
            "\n".join([escape(title(match)), code(match.domain or match.id)]),
            accessory=button(
                lang.text("Show"),
                f"{action}:{index}",
                match.id,
                accessibility_label=lang.text("Show {customer}").format(customer=title(match)),
            ),
        )
        for index, match in enumerate(shown)
    )
    more: tuple[Block, ...] = ()
    gap = incomplete(lang, matches.gap)
    if matches.more:
        more = (context(lang.text("More customers match. Type more of the name, or the domain.")),)
    elif hidden:
        counted = lang.plural(
            "{count} more matches. Type more of the name, or the domain.",
            "{count} more match. Type more of the name, or the domain.",
            hidden,
        )
        more = (context(counted.format(count=lang.number(hidden))),)
    if gap:
        more = (*more, context(gap))
    return Message(text=f"{words.plain} {gap}".rstrip(), blocks=(section(words.mrkdwn), *rows, *more))


def _count(lang: Language, query: str, matches: CustomerMatches) -> Words:
    count = len(matches.items)
    number = lang.number(count)
    if not query:
        template = lang.plural("That message names {count} customer.", "That message names {count} customers.", count)
        return sentence(template, count=number)
    if matches.more:
        return sentence(lang.text("More than {count} customers match {query}."), count=number, query=span(query))
    if matches.gap is not None:
        template = lang.plural(
            "At least {count} customer matches {query}.", "At least {count} customers match {query}.", count
        )
    else:
        template = lang.plural("{count} customer matches {query}.", "{count} customers match {query}.", count)
    return sentence(template, count=number, query=span(query))


def no_hit(lang: Language, query: CustomerQuery, *, may_invite: bool) -> Message:
    """Say what was searched for in vain, and how Microsoft searches."""
    typed = span(query.value)
    match query:
        case Name():
            words = sentence(lang.text("No customer of yours has a name starting with {name}."), name=typed)
        case Domain():
            words = sentence(lang.text("No customer of yours has the domain {domain}."), domain=typed)
        case _:
            words = sentence(lang.text("No customer of yours has the tenant ID {id}."), id=typed)
    hint = lang.text(
        "Microsoft searches the start of the company name and the main domain only. "
        "Try fewer letters, or the tenant ID."
    )
    return Message(
        text=words.plain,
        blocks=(
            section(words.mrkdwn),
            context(hint),
            *actions(search_again(lang), _invite(lang, query.value) if may_invite else None),
        ),
    )


def search_again(lang: Language) -> Block:
    """Return the button that opens the search window after a failure."""
    return button(lang.text("Search again"), "find_customer", style="primary")


def nothing_in_message(lang: Language) -> Message:
    """Say that the message of a shortcut names no customer."""
    return _ask(lang, lang.text("That message has no tenant ID and no domain."))


def which_customer(lang: Language) -> Message:
    """Ask back where no window can open: a mention without an argument."""
    return _ask(lang, lang.text("Which customer? Add an ID, a domain or a name."))


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


def _invite(lang: Language, company: str) -> Block:
    return button(lang.text("Invite customer"), "invite_customer", clean(company, LONGEST_QUERY))
