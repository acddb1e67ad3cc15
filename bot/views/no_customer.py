"""Searches that found no customer in words: what is known all the same, and what to do next."""

from bot.finding import Domain, Name, NoCustomer
from bot.language import Language
from bot.reply import Block, Message
from bot.tenant_ids import DIGITS, DamagedTenantId
from bot.views.blocks import actions, button, context, section
from bot.views.foreign import Words, clean, sentence, span

FEWER = 3
"""Letters of a name from which on fewer of them may help."""
LONGEST_COMPANY = 300


def no_customer(lang: Language, found: NoCustomer, *, may_invite: bool) -> Message:
    """Say what was searched for in vain, and what is known of it."""
    if found.damaged is not None:
        return damaged_tenant_id(lang, found.damaged)
    words = _unfound(lang, found)
    is_tenant = found.tenant_id is not None
    invite = invite_button(lang, found.query.value, primary=is_tenant) if may_invite else None
    search = search_again(lang, primary=invite is None or not is_tenant)
    return Message(
        text=words.plain,
        blocks=(
            section(words.mrkdwn),
            context(_hint(lang, found)),
            *actions(*((invite, search) if is_tenant else (search, invite))),
        ),
    )


def damaged_tenant_id(lang: Language, damaged: DamagedTenantId) -> Message:
    """Say what keeps something from being a tenant ID."""
    words = tenant_id_problem(lang, damaged)
    hint = lang.text("Copy the whole ID, or search for the domain or the name.")
    return Message(
        text=words.plain, blocks=(section(words.mrkdwn), context(hint), *actions(search_again(lang, primary=True)))
    )


def tenant_id_problem(lang: Language, damaged: DamagedTenantId) -> Words:
    """Return the sentence alone, for a message or for what stands under a field."""
    typed = span(damaged.typed, 100)
    if damaged.wrong:
        letters = ", ".join(damaged.wrong)
        template = lang.text("{id} is no tenant ID: that has only the digits 0–9 and the letters a–f, not {letters}.")
        return sentence(template, id=typed, letters=span(letters))
    template = lang.plural(
        "{id} is no tenant ID: it has {count} digit, a tenant ID has {all}.",
        "{id} is no tenant ID: it has {count} digits, a tenant ID has {all}.",
        damaged.digits,
    )
    return sentence(template, id=typed, count=lang.number(damaged.digits), all=lang.number(DIGITS))


def search_again(lang: Language, *, primary: bool = True) -> Block:
    """Return the button that opens the search window after a failure."""
    return button(lang.text("Search again"), "find_customer", style="primary" if primary else None)


def invite_button(lang: Language, company: str, *, primary: bool = False) -> Block:
    """Return the button that opens the window for an invitation, filled in with the company."""
    label, value = lang.text("Invite customer"), clean(company, LONGEST_COMPANY)
    return button(label, "invite_customer", value, style="primary" if primary else None)


def _unfound(lang: Language, found: NoCustomer) -> Words:
    match found.query:
        case Name() as name:
            template = lang.text("No customer of yours has a name starting with {name}.")
            return sentence(template, name=span(name.typed))
        case Domain(value):
            words = sentence(lang.text("No customer of yours has the domain {domain}."), domain=span(value))
            if found.tenant_id is not None:
                tenant = lang.text("This Microsoft tenant is not your customer: {id}.")
                return words + sentence(tenant, id=span(found.tenant_id))
            return words + sentence(lang.text("No Microsoft tenant has it either.")) if found.nobodys else words
        case _:
            template = lang.text("No customer of yours has the tenant ID {id}.")
            return sentence(template, id=span(found.query.value))


def _hint(lang: Language, found: NoCustomer) -> str:
    match found.query:
        case Name(value) if len(value) >= FEWER:
            return lang.text(
                "Microsoft searches the start of the company name and the main domain only. "
                "Try fewer letters, or the tenant ID."
            )
        case Name():
            return lang.text(
                "Microsoft searches the start of the company name and the main domain only. "
                "Try the domain, or the tenant ID."
            )
        case _ if found.tenant_id is not None:
            return lang.text("The company becomes your customer when it accepts your invitation.")
        case Domain() if found.nobodys:
            return lang.text("Check the spelling, or search for the start of the company name.")
        case Domain():
            return lang.text(
                "Microsoft did not say who has this domain. Try again later, or search for the name or the tenant ID."
            )
        case _:
            return lang.text("Check the ID, or search for the domain or the name.")
