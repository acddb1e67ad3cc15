"""The invitation in its thread: an upper half for colleagues, a lower half that the customer is sent.

The lower half makes sense with everything above it removed: no Slack names, no note, no reference.
"""

from bot.domain.invitations import CHANNEL_ARCHIVED, Invitation, InvitationState
from bot.language import Language
from bot.partner_center.invitation_link import AdministratorAccess, InspectedLink
from bot.reply import Block, Message
from bot.views.blocks import (
    actions,
    button,
    confirm,
    context,
    divider,
    field,
    fields,
    header,
    link_button,
    plain_section,
    rich_lines,
    rich_link,
    rich_quote,
    rich_text,
    section,
)
from bot.views.foreign import IN_SENTENCE, clean, identified, name, person, sentence, span, stamp

LONGEST_NOTE = 1000


def invitation(lang: Language, customer_lang: Language, row: Invitation, link: InspectedLink) -> Message:
    """Return the message for the thread: ``lang`` is the sender's, ``customer_lang`` that of the customer's text."""
    note = clean(row.note or "", LONGEST_NOTE)
    return Message(
        text=sentence(
            lang.text("Invitation for {company}, sent by {sender}: waiting for the customer."),
            company=name(row.company),
            sender=name(row.sender_name),
        ).plain,
        blocks=(
            header(lang.text("Invitation for {company}").format(company=clean(row.company))),
            fields(
                field(lang.text("State"), lang.text("Waiting for the customer")),
                *sent_and_for(lang, row),
                field(lang.text("Who must accept"), lang.text("A Global Administrator at the customer")),
                *_grants(lang, link),
            ),
            *((plain_section(lang.text("Note: {note}").format(note=note)),) if note else ()),
            context(*_warnings(lang, link)),
            divider(),
            section(_customer_heading(lang, customer_lang)),
            rich_quote(*_customer_text(customer_lang, link, row.sender_name)),
            *actions(
                link_button(lang.text("Open invitation"), "link_invitation", link.url),
                button(lang.text("Copy text"), "copy_invitation", row.id),
                close_button(lang, row),
            ),
        ),
    )


def external_invitation(customer_lang: Language, link: InspectedLink, *, signed: str) -> Message:
    """Return what a channel that other organisations read may see: the customer's text and link, nothing else."""
    return Message(
        text=customer_lang.text(
            "To let us sell and manage your Microsoft subscriptions, please accept our partner invitation."
        ),
        blocks=(
            rich_lines(*_customer_text(customer_lang, link, signed)),
            *actions(link_button(customer_lang.text("Open invitation"), "link_invitation", link.url)),
        ),
    )


def customer_text(customer_lang: Language, link: InspectedLink, *, signed: str) -> str:
    """Return the customer's text for an e-mail, with the link in full."""
    before, after = _around_link(customer_lang, link, signed)
    return f"{before}{link.url}{after}"


def parent(lang: Language, row: Invitation) -> Message:
    """Return the line that the bot posts where there is no message to hang an invitation on; it follows the state."""
    if row.state is InvitationState.ACCEPTED:
        template = lang.text("Invitation for {company}: accepted. Everything about it is in this thread.")
    elif row.state is InvitationState.CLOSED:
        template = lang.text("Invitation for {company}: closed. Everything about it is in this thread.")
    else:
        template = lang.text("Invitation for {company}: everything about it is in this thread.")
    words = sentence(template, company=name(row.company))
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))


def closed(lang: Language, row: Invitation) -> Message:
    """Return the message once nobody waits for the customer: without the text and the link."""
    if row.external_channel:
        return over(lang)
    when = stamp(lang, row.closed_at or row.created_at).mrkdwn
    if row.closed_by is not None:
        state = lang.text("Closed: {when}, by {person}").format(when=when, person=person(row.closed_by))
    elif row.reason == CHANNEL_ARCHIVED:
        state = lang.text("Closed: {when}, the channel was archived").format(when=when)
    else:
        state = lang.text("Closed: {when}").format(when=when)
    return Message(
        text=sentence(lang.text("Invitation for {company}: closed."), company=name(row.company)).plain,
        blocks=(
            header(lang.text("Closed: {company}").format(company=clean(row.company))),
            fields(field(lang.text("State"), state), *sent_and_for(lang, row)),
            context(text_removed(lang)),
        ),
    )


def over(lang: Language) -> Message:
    """Return what becomes of the customer's text and link where other organisations read: its state stays ours."""
    text = lang.text("This invitation is no longer needed.")
    return Message(text=text, blocks=(section(text),))


def text_removed(lang: Language) -> str:
    """Return why an invitation that nobody waits for shows less than before."""
    return lang.text("The text and link for the customer were removed; they are no longer needed.")


def close_button(lang: Language, row: Invitation) -> Block:
    """Return the button that ends the waiting, with its question."""
    return button(
        lang.text("Close"),
        "close_invitation",
        row.id,
        style="danger",
        confirm=confirm(
            lang.text("Close this invitation?"),
            lang.text("The bot stops watching for {company}. Microsoft’s link stays valid.").format(
                company=clean(row.company, IN_SENTENCE)
            ),
            lang.text("Close"),
            lang.text("Keep waiting"),
        ),
    )


def sent_and_for(lang: Language, row: Invitation) -> tuple[Block, Block]:
    """Return who sent the invitation, and for whom."""
    sent = f"{person(row.sender_id)}, {stamp(lang, row.posted_at or row.created_at).mrkdwn}"
    customer = identified(row.company, row.expected_domain or row.expected_tenant_id)
    return field(lang.text("Sent by"), sent), field(lang.text("For"), customer)


def _grants(lang: Language, link: InspectedLink) -> tuple[Block, Block] | tuple[Block]:
    grants = lang.text("You become their reseller")
    if link.indirect_provider_id is not None:
        through = lang.text("You become their reseller through the provider {provider}")
        grants = sentence(through, provider=span(link.indirect_provider_id)).mrkdwn
    label = lang.text("Accepting grants")
    match link.administrator_access:
        case AdministratorAccess.YES:
            return (field(label, lang.text("{grants}, with administrator access").format(grants=grants)),)
        case AdministratorAccess.NO:
            return field(label, grants), field(lang.text("Does not grant"), lang.text("Administrator access"))
        case _:
            unclear = lang.text("See Microsoft’s page before accepting")
            return field(label, grants), field(lang.text("Administrator access"), unclear)


def _warnings(lang: Language, link: InspectedLink) -> list[str]:
    warnings = [
        lang.text(
            "For colleagues: send the text below to the customer. "
            "Do not accept with your own account; that would sign up your own organisation."
        )
    ]
    if not (link.verified and link.recognised):
        warnings.append(lang.text("The bot cannot vouch for this form of link: open it and look before you send it."))
    return warnings


def _customer_heading(lang: Language, customer_lang: Language) -> str:
    return lang.text("*Text for the customer* ({language})").format(language=lang.language(customer_lang.code))


def _customer_text(lang: Language, link: InspectedLink, signed: str) -> tuple[Block, Block, Block]:
    before, after = _around_link(lang, link, signed)
    return rich_text(before), rich_link(link.url), rich_text(after)


def _around_link(lang: Language, link: InspectedLink, signed: str) -> tuple[str, str]:
    """Return the customer's text before and after the link, with the line breaks around it."""
    before = (
        lang.text("Hello,"),
        lang.text("To let us sell and manage your Microsoft subscriptions, please accept our partner invitation:"),
    )
    after = (
        lang.text(
            "Who can accept: a Global Administrator of your organisation, signed in to the Microsoft 365 admin center."
        ),
        lang.text("What it does: we become your Microsoft reseller and can place orders for you."),
        _about_access(lang, link.administrator_access),
        lang.text("Not expecting this? Ignore it; nothing changes until someone accepts."),
        clean(signed, IN_SENTENCE),
    )
    return "\n".join((*before, "")), "\n".join(("", *after)).rstrip()


def _about_access(lang: Language, access: AdministratorAccess) -> str:
    match access:
        case AdministratorAccess.YES:
            return lang.text(
                "It also gives us administrator access to your organisation; "
                "you can withdraw it at any time in the admin center."
            )
        case AdministratorAccess.NO:
            return lang.text("What it does not do: it gives us no administrator access to your data or settings.")
        case _:
            return lang.text(
                "Microsoft’s page lists any administrator access it asks for; please read it before you accept."
            )
