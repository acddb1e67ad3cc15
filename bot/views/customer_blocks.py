"""What every message about a customer is put together from: the name on top, the source, the buttons that lead on."""

from datetime import datetime
from typing import Literal

from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Block
from bot.views.blocks import HEADER, button, header, link_button, plain_section
from bot.views.customer_fields import title
from bot.views.foreign import stamp


def name_header(customer: Customer) -> tuple[Block, ...]:
    """Return the header; a name too long for it follows in full."""
    whole = title(customer)
    cut = (plain_section(whole),) if len(whole) > HEADER else ()
    return (header(whole), *cut)


def read_from(lang: Language, read_at: datetime) -> str:
    """Return where the facts come from, and when they were read."""
    return lang.text("Read from Partner Center: {when}").format(when=stamp(lang, read_at).mrkdwn)


def customer_button(lang: Language, tenant_id: str) -> Block:
    """Return the button that leads from an answer to the card, in its place."""
    return button(lang.text("Customer card"), "show_customer", tenant_id)


def see_customer_button(lang: Language, tenant_id: str, *, style: Literal["primary"] | None = None) -> Block:
    """Return the button that opens the card for whoever presses it, by their own role."""
    return button(lang.text("Customer card"), "see_customer", tenant_id, style=style)


def portal_button(lang: Language, url: str | None, *, style: Literal["primary"] | None = None) -> Block | None:
    """Return the button that leads to Partner Center; none where there is no page to lead to."""
    return link_button(lang.text("Open in Partner Center"), "link_customer", url, style=style)
