"""Contacts in words, as they stand in a sentence: "Tom Becker (bot admin)".

Names are text, not mentions: who is named in a channel is not called there.
"""

from functools import partial

from babel.lists import format_list

from bot.contacts import ContactKind, Contacts
from bot.language import Language, deferred
from bot.views.foreign import Words, joined, name, sentence

NAMELESS = {
    ContactKind.BOT_ADMINS: deferred("a bot admin"),
    ContactKind.OPERATORS: deferred("an operator"),
    ContactKind.WHO_RUNS_THE_BOT: deferred("the person who set Partner Bot up"),
}
ONE = {
    ContactKind.BOT_ADMINS: deferred("{name} (bot admin)"),
    ContactKind.OPERATORS: deferred("{name} (operator)"),
}
SEVERAL = {
    ContactKind.BOT_ADMINS: deferred("{name} (bot admins)"),
    ContactKind.OPERATORS: deferred("{name} (operators)"),
}


def to_ask(lang: Language, contacts: Contacts) -> Words:
    """Return "Tom Becker (bot admin)", "Tom Becker or Lea Roux (bot admins)", or "a bot admin" without names."""
    names = [name(contact.name) for contact in contacts.people]
    if not names or contacts.kind is ContactKind.WHO_RUNS_THE_BOT:
        return sentence(lang.text(NAMELESS[contacts.kind]))
    template = (ONE if len(names) == 1 else SEVERAL)[contacts.kind]
    return sentence(lang.text(template), name=joined(names, partial(format_list, style="or", locale=lang.code)))


def asking(lang: Language, template: str, contacts: Contacts) -> Words:
    """Fill a translated template's ``{people}`` in."""
    return sentence(template, people=to_ask(lang, contacts))
