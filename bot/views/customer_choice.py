"""Several customers in words: ten at a time to choose from, and what to know of the others beside the one found."""

from dataclasses import dataclass
from typing import Literal, Self

from bot import carried_values
from bot.context import Outdated
from bot.finding import Domain, Name, OneCustomer
from bot.language import Language
from bot.partner_center.models import CustomerMatches, CustomerSummary
from bot.reply import Block, Message
from bot.typed_text import same_name
from bot.views.blocks import actions, button, context, section
from bot.views.customer_fields import is_title, named, title
from bot.views.foreign import Words, code, escape, sentence, span
from bot.views.gaps import incomplete

CHOICES = 10
LONGEST_QUERY = 300

Action = Literal["show_customer", "show_relationships"]
_ACTIONS: tuple[Action, ...] = ("show_customer", "show_relationships")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePage:
    """What a button carries that shows a page of a choice."""

    action: Action
    """What is done with the chosen one."""
    query: Domain | Name
    first: int = 0

    def written(self) -> str:
        """Return the same as a button's value."""
        kind = "domain" if isinstance(self.query, Domain) else "name"
        return f"{self.action}:{kind}:{self.first}:{self.query.value[:LONGEST_QUERY]}"

    @classmethod
    def read(cls, value: str) -> Self:
        """Return what a button carried; raise Outdated."""
        chosen, _, rest = value.partition(":")
        kind, _, rest = rest.partition(":")
        first, _, sought = rest.partition(":")
        action = next((each for each in _ACTIONS if each == chosen), None)
        if action is None or kind not in {"domain", "name"} or not sought:
            raise Outdated
        query = Domain(sought) if kind == "domain" else Name(sought)
        return cls(action=action, query=query, first=carried_values.number(first))


def choice(
    lang: Language,
    matches: CustomerMatches,
    *,
    query: Domain | Name | None,
    action: Action = "show_customer",
    first: int = 0,
    not_by_domain: str | None = None,
) -> Message:
    """Return ten of several customers, each with a button, from the ``first`` on; a message's have no ``query``."""
    items = matches.items
    if query is not None:  # the one that is called just so comes first
        items = tuple(sorted(items, key=lambda match: not same_name(match.name or "", query.value)))
    first = first if 0 <= first < len(items) else 0
    shown = items[first : first + CHOICES]
    words = _count(lang, query, matches)
    rows = tuple(
        section(
            _lines(match),
            accessory=button(
                lang.text("Show"),
                f"{action}:{index}",
                match.id,
                accessibility_label=lang.text("Show {customer}").format(customer=title(match)),
            ),
        )
        for index, match in enumerate(shown)
    )
    gap = incomplete(lang, matches.gap)
    return Message(
        text=f"{words.plain} {gap}".rstrip(),
        blocks=(
            section(words.mrkdwn),
            *_by_name(lang, not_by_domain),
            *rows,
            *_more(lang, matches, first + len(shown)),
            *((context(gap),) if gap else ()),
            *(_ways_on(lang, len(items), first, query, action) if query is not None else ()),
        ),
    )


def beside(lang: Language, found: OneCustomer | None, *, action: Action = "show_customer") -> tuple[Block, ...]:
    """Return how a customer was found where that is not as it was asked for, and who else has a name like it."""
    if found is None:
        return ()
    others = found.others
    if others is None:
        return _by_name(lang, found.not_by_domain)
    number = lang.number(others.count)
    if others.more:
        template = lang.text("More than {count} others begin with {name}.")
        label = lang.text("Show others")
    else:
        template = lang.plural("{count} other begins with {name}.", "{count} others begin with {name}.", others.count)
        label = lang.plural("Show {count} other", "Show {count} others", others.count).format(count=number)
    words = sentence(template, count=number, name=named(found.customer))
    page = ChoicePage(action=action, query=Name(others.prefix))
    row = section(words.mrkdwn, accessory=button(label, "choose_customers", page.written()))
    return (*_by_name(lang, found.not_by_domain), row)


def _by_name(lang: Language, domain: str | None) -> tuple[Block, ...]:
    if domain is None:
        return ()
    template = lang.text("Found by name: no customer of yours has the domain {domain}.")
    return (context(sentence(template, domain=span(domain)).mrkdwn),)


def _more(lang: Language, matches: CustomerMatches, after: int) -> tuple[Block, ...]:
    hidden = len(matches.items) - after
    if matches.more:
        return (context(lang.text("More customers match. Type more of the name, or the domain.")),)
    if hidden <= 0:
        return ()
    counted = lang.plural(
        "{count} more matches. Type more of the name, or the domain.",
        "{count} more match. Type more of the name, or the domain.",
        hidden,
    )
    return (context(counted.format(count=lang.number(hidden))),)


def _ways_on(lang: Language, count: int, first: int, query: Domain | Name, action: Action) -> tuple[Block, ...]:
    """Return the buttons to the customers before and after those that are shown."""

    def way(label: str, direction: str, start: int, size: int) -> Block:
        page = ChoicePage(action=action, query=query, first=start)
        words = label.format(count=lang.number(size))
        return button(words, f"choose_customers:{direction}", page.written(), accessibility_label=words)

    before, after = max(0, first - CHOICES), first + CHOICES
    rest = max(0, min(CHOICES, count - after))
    return actions(
        way(lang.plural("Previous {count}", "Previous {count}", first - before), "back", before, first - before)
        if first
        else None,
        way(lang.plural("Next {count}", "Next {count}", rest), "next", after, rest) if rest else None,
    )


def _count(lang: Language, query: Domain | Name | None, matches: CustomerMatches) -> Words:
    count = len(matches.items)
    number = lang.number(count)
    if query is None:
        template = lang.plural("That message names {count} customer.", "That message names {count} customers.", count)
        return sentence(template, count=number)
    typed = span(query.value)
    if matches.more:
        return sentence(lang.text("More than {count} customers match {query}."), count=number, query=typed)
    if matches.gap is not None:
        template = lang.plural(
            "At least {count} customer matches {query}.", "At least {count} customers match {query}.", count
        )
    else:
        template = lang.plural("{count} customer matches {query}.", "{count} customers match {query}.", count)
    return sentence(template, count=number, query=typed)


def _lines(match: CustomerSummary) -> str:
    """Return the name and what tells it from others; alone, the tenant ID stands once."""
    beside = code(_beside(match))
    return beside if is_title(match, match.id) else f"{escape(title(match))}\n{beside}"


def _beside(match: CustomerSummary) -> str:
    """Return what tells a customer from others of its name: the domain, or the tenant ID where that is the name."""
    return match.domain if match.domain and not is_title(match, match.domain) else match.id
